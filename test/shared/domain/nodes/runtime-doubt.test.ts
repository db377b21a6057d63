import { describe, expect, it } from 'vitest';
import { isEmptyRuntime, runtimeDoubt } from '../../../../shared/domain/nodes/runtime-doubt.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const image = imageRow();
const container = containerRow();
const reading = <Row>(rows: readonly Row[], ambiguous: readonly string[] = []) => ({
  rows,
  startedAtMs: 0,
  ageMs: 0,
  ...(ambiguous.length > 0 && { ambiguous }),
});

describe('isEmptyRuntime', () => {
  it.each([
    ['neither images nor containers', [], [], true],
    ['images', [image], [], false],
    ['containers', [], [container], false],
  ])('%s', (_, images, containers, expected) => {
    expect(isEmptyRuntime(images, containers)).toBe(expected);
  });
});

describe('runtimeDoubt', () => {
  it('is null for a certain runtime that has images', () => {
    expect(runtimeDoubt({ images: reading([image]), containers: reading([]) })).toBeNull();
  });

  it('names each socket once when the runtime is ambiguous', () => {
    const sockets = ['/run/a.sock', '/run/b.sock'];
    const images = reading([image], sockets);
    expect(runtimeDoubt({ images, containers: reading([], sockets) })).toContain(
      'several container runtimes (/run/a.sock, /run/b.sock)',
    );
  });

  it('says that an empty runtime does not run the pods', () => {
    const doubt = runtimeDoubt({ images: reading([]), containers: reading([]) });
    expect(doubt).toMatch(/neither images nor containers.*crictl_runtime_endpoint/);
  });
});
