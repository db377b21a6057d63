import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readNodeOnce } from '../../../../shared/domain/nodes/node-outcome.ts';
import type { NodeReading } from '../../../../shared/ports/bridge.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const READING: NodeReading = { facts: null, images: [imageRow()], containers: [containerRow()] };

const options = (fresh = false) => ({
  timeoutMs: 5000,
  fresh,
  monotonic: () => performance.now(),
  now: () => 1_000_000,
});
const sourceOf = (node: () => Promise<{ reading: NodeReading; ageMs: number }>) => ({
  name: 'a',
  address: 'https://a:5001',
  bridge: { ...noBridge, configured: true, node },
});

describe('readNodeOnce', () => {
  it('has the reading with its age', async () => {
    const outcome = await readNodeOnce(
      sourceOf(async () => ({ reading: READING, ageMs: 3000 })),
      options(),
    );
    expect(outcome).toMatchObject({ status: 'ok', readAtMs: 997_000, problem: null });
    expect(outcome.reading).toBe(READING);
    expect(outcome.ageMs).toBeGreaterThanOrEqual(3000);
  });

  it('counts the age of a fresh reading from the call', async () => {
    const outcome = await readNodeOnce(
      sourceOf(async () => ({ reading: READING, ageMs: 1000 })),
      options(true),
    );
    expect(outcome.readAtMs).toBe(1_000_000);
    expect(outcome.ageMs).toBeLessThan(1000);
  });

  it('is unreadable if a cache answered in place of the bridge that was asked for a new reading', async () => {
    const outcome = await readNodeOnce(
      sourceOf(async () => ({ reading: READING, ageMs: 9000 })),
      options(true),
    );
    expect(outcome).toMatchObject({
      status: 'unreadable',
      problem: { code: 'bridge_bad_response', message: expect.stringContaining('9 s old') },
      reading: null,
    });
  });

  it.each([
    ['runtime_empty', { ...READING, images: [], containers: [] }],
    ['runtime_ambiguous', { ...READING, ambiguous: ['/run/a.sock', '/run/b.sock'] }],
    [
      'runtime_ambiguous',
      { ...READING, images: [], containers: [], ambiguous: ['/run/a.sock', '/run/b.sock'] },
    ],
  ])('is unreadable with %s', async (code, reading) => {
    const outcome = await readNodeOnce(
      sourceOf(async () => ({ reading, ageMs: 0 })),
      options(),
    );
    expect(outcome).toMatchObject({ status: 'unreadable', problem: { code } });
  });

  it('is unreadable with the problem of the bridge', async () => {
    const problem = new Problem('crictl_timeout', 'It took too long.');
    const outcome = await readNodeOnce(
      sourceOf(() => Promise.reject(problem)),
      options(),
    );
    expect(outcome).toEqual({
      status: 'unreadable',
      readAtMs: null,
      ageMs: null,
      problem,
      reading: null,
    });
  });

  const failsAfter = (ms: number) => () =>
    wait(ms).then(() => Promise.reject(new Problem('bridge_unavailable', 'It was slow.')));
  it.each([
    ['ignores its signal', () => new Promise<never>(() => undefined)],
    ['has the same limit', failsAfter(30)],
  ])('names the setting of its deadline if the bridge %s', async (_, read) => {
    const outcome = await readNodeOnce(sourceOf(read), { ...options(), timeoutMs: 30 });
    expect(outcome.problem).toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('https://a:5001 did not answer within 30 ms (nodes_config.'),
    });
  });

  it('is unreadable with internal, and keeps the cause, if reading it fails otherwise', async () => {
    const cause = new TypeError('a bug');
    const outcome = await readNodeOnce(
      sourceOf(() => Promise.reject(cause)),
      options(),
    );
    expect(outcome.problem).toMatchObject({ code: 'internal', cause });
  });

  it('rejects when the caller leaves', async () => {
    const gone = new AbortController();
    const read = readNodeOnce(
      sourceOf(() => new Promise(() => undefined)),
      { ...options(), signal: gone.signal },
    );
    await wait(1);
    gone.abort(new Error('left'));
    await expect(read).rejects.toThrow('left');
  });
});
