import { describe, expect, it } from 'vitest';
import { runtimeDoubt } from '../../../../shared/domain/nodes/runtime-doubt.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const images = [imageRow()];
const containers = [containerRow()];

describe('runtimeDoubt', () => {
  it.each([
    ['images and containers', { images, containers }],
    ['images alone, if its host never had a container', { images, containers: [] }],
  ])('is null for a runtime with %s', (_, reading) => {
    expect(runtimeDoubt(reading)).toBeNull();
  });

  it('names the sockets when the runtime is ambiguous', () => {
    const ambiguous = ['/run/a.sock', '/run/b.sock'];
    expect(runtimeDoubt({ images, containers, ambiguous })).toMatchObject({
      code: 'runtime_ambiguous',
      message: expect.stringContaining('several container runtimes (/run/a.sock, /run/b.sock)'),
    });
  });

  it.each([
    [
      'neither images nor containers',
      { images: [], containers: [] },
      /another one must run.*crictl_runtime_endpoint/,
    ],
    ['containers alone', { images: [], containers }, /lists no images/],
    [
      'images alone, where pods ran',
      { images, containers: [], containersMissing: true },
      /although its host runs pods.*kubelet/,
    ],
  ])('is runtime_empty for a runtime with %s', (_, reading, message) => {
    expect(runtimeDoubt(reading)).toMatchObject({
      code: 'runtime_empty',
      message: expect.stringMatching(message),
    });
  });
});
