import { describe, expect, it } from 'vitest';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { HarborOptions } from '../../../../shared/adapters/harbor/http/options.ts';
import { createSharedContents } from '../../../../shared/node/sharing/shared-contents.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../support/names.ts';
import { digestOf, sharedWork } from '../../adapters/harbor/scripted-harbor.ts';
import { virtualHarbor } from '../../adapters/harbor/virtual-harbor.ts';

const WEB = { project: projectNamed('shop'), repository: repositoryNamed('web') };
const JOBS = { project: projectNamed('shop'), repository: repositoryNamed('jobs') };

/** Two repositories of a Harbor, and a reader that shares for five seconds. */
function world(client: Partial<HarborOptions> = {}) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [
      {
        name: 'shop',
        repositories: { web: [{ tags: ['v1'], digest: digestOf(1) }], jobs: [{ tags: ['v1'] }] },
      },
    ],
  });
  const harbor = virtualHarbor(
    { registry, faults: () => ({ delayMs: 100 }) },
    { username: 'admin', password: 'secret', ...client },
  );
  const { clock, standIn, open } = harbor;
  const reader = createSharedContents({ maxAgeMs: 5000, now: clock.now });
  const push = () => registry.push('shop', 'web', { tags: ['v2'] });
  return { ...harbor, clock, standIn, open, reader, push };
}

describe('a list', () => {
  it('is read once for all who ask at the same time', async () => {
    const { reader, open, standIn } = world();
    const asked = Array.from({ length: 50 }, () => reader.artifacts(open(), WEB));
    const lists = await Promise.all(asked);
    expect(new Set(lists).size).toBe(1);
    expect(standIn.calls).toHaveLength(1);
  });

  it('serves those who ask within its age, and is read again after it', async () => {
    const { reader, open, clock, push } = world();
    const first = await reader.artifacts(open(), WEB);
    push();
    await clock.sleep(4800);
    expect(await reader.artifacts(open(), WEB)).toBe(first);
    await clock.sleep(200);
    expect(await reader.artifacts(open(), WEB)).toHaveLength(2);
  });

  it('is read again for those who want one that begins now', async () => {
    const { reader, open, push } = world();
    await reader.artifacts(open(), WEB);
    push();
    expect(await reader.artifacts(open(), WEB, { maxAgeMs: 0 })).toHaveLength(2);
  });

  it('does not end for the others when one caller leaves', async () => {
    const { reader, open, standIn } = world();
    const leaving = new AbortController();
    const left = reader.artifacts(open(leaving.signal), WEB);
    const others = reader.artifacts(open(), WEB);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(await others).toHaveLength(1);
    expect(standIn.calls).toHaveLength(1);
  });

  it('is not kept when it fails', async () => {
    const { reader, open, standIn } = world({ maxRows: 0 });
    await expect(reader.artifacts(open(), WEB)).rejects.toThrow('more than 0 rows');
    await expect(reader.artifacts(open(), WEB)).rejects.toThrow('more than 0 rows');
    expect(standIn.calls).toHaveLength(2);
  });

  it('of another repository is another one', async () => {
    const { reader, open } = world();
    const lists = await Promise.all([
      reader.artifacts(open(), WEB),
      reader.artifacts(open(), JOBS),
    ]);
    expect(lists.map((list) => list?.[0]?.digest)).toEqual([digestOf(1), expect.any(String)]);
    expect(lists[0]).not.toBe(lists[1]);
  });
});

it('reads no more lists at a time than the process may, in one turn of one request', async () => {
  const { reader, open, standIn } = world({ shared: sharedWork({ concurrency: 2 }) });
  const session = open();
  const names = Array.from({ length: 300 }, (_, index) => repositoryNamed(`repo-${index}`));
  await session.admit((signal) =>
    Promise.all(
      names.map((repository) => reader.artifacts(session, { ...WEB, repository }, { signal })),
    ),
  );
  const atOnce = new Map<number, number>();
  for (const { at } of standIn.calls) atOnce.set(at, (atOnce.get(at) ?? 0) + 1);
  expect(Math.max(...atOnce.values())).toBeLessThanOrEqual(2);
});

describe('an event of a repository', () => {
  const one = { ...WEB, reference: referenceNamed(digestOf(1)) };

  it('drops its list, its artifacts and the lists of repositories that have it', async () => {
    const { reader, open, standIn, push } = world();
    const read = async () => {
      const session = open();
      await reader.artifacts(session, WEB);
      await reader.digestOf(session, one);
      await reader.repositories(session, WEB.project);
      return standIn.calls.length;
    };
    const calls = await read();
    expect(await read()).toBe(calls);
    push();
    reader.forget(WEB);
    expect(await reader.artifacts(open(), WEB)).toHaveLength(2);
    expect(await read()).toBe(2 * calls);
  });

  it('keeps what is known of others', async () => {
    const { reader, open } = world();
    const jobs = await reader.artifacts(open(), JOBS);
    reader.forget(WEB);
    expect(await reader.artifacts(open(), JOBS)).toBe(jobs);
  });

  it('makes the next caller read again although a list is being read', async () => {
    const { reader, open, standIn } = world();
    const before = reader.artifacts(open(), WEB);
    reader.forget(WEB);
    expect(await reader.artifacts(open(), WEB)).not.toBe(await before);
    expect(standIn.calls).toHaveLength(2);
  });
});
