import { describe, expect, it } from 'vitest';
import type { RunSubject, RunWork } from '../../../../shared/domain/cleanup/runs/cleanup-run.ts';
import { createCleanupRuns } from '../../../../shared/node/cleanup/cleanup-runs.ts';
import { memoryLog } from '../../../support/log.ts';

const MINUTE_MS = 60_000;

function subjectOf(form: string, tag = `plan of ${form}`): RunSubject {
  return {
    form,
    tag,
    policy: null,
    count: 1,
    sizeBytes: 1000,
    actor: 'ci',
    reason: null,
    planPath: '/ui/cleanup?tags=*',
  };
}

const endsAtOnce: RunWork = async () => ({ stopped: null });
const endsWhenAborted: RunWork = ({ signal }) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ stopped: null }));
  });

function create() {
  const clock = { ms: 1_000_000 };
  const { logger, lines } = memoryLog();
  // Pauses do not take time.
  const sleep = async () => undefined;
  return { clock, lines, ...createCleanupRuns({ now: () => clock.ms, sleep, logger }) };
}

/** Lets work that has ended be noticed. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the runs of a process', () => {
  it('are found by their id for 15 minutes after their end', async () => {
    const { runs, clock } = create();
    const { id } = await runs.start(subjectOf('a'), endsAtOnce);
    await settled();
    clock.ms += 15 * MINUTE_MS;
    const found = runs.find(id);
    clock.ms += 1;

    expect(found?.state().phase).toBe('ended');
    expect(runs.find(id)).toBeNull();
    expect(runs.find('')).toBeNull();
  });

  it('are kept while they run, however long', async () => {
    const { runs, clock } = create();
    const { id } = await runs.start(subjectOf('a'), endsWhenAborted);
    clock.ms += 24 * 60 * MINUTE_MS;

    expect(runs.find(id)?.state().phase).toBe('running');
  });

  it('are the last twenty that have ended', async () => {
    const { runs, clock } = create();
    const ids: string[] = [];
    for (let index = 0; index < 21; index++) {
      clock.ms += 1;
      ids.push((await runs.start(subjectOf(`form ${index}`), endsAtOnce)).id);
      await settled();
    }

    expect(ids.map((id) => runs.find(id) !== null)).toEqual([false, ...Array(20).fill(true)]);
    expect(new Set(ids).size).toBe(21);
  });

  it('are four at a time', async () => {
    const { runs } = create();
    for (const form of ['a', 'b', 'c', 'd']) await runs.start(subjectOf(form), endsWhenAborted);

    await expect(runs.start(subjectOf('e'), endsAtOnce)).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'Retry-After': '10' },
    });
  });

  it('are one for each form, and one at a time for each plan', async () => {
    const { runs } = create();
    const first = await runs.start(subjectOf('a', 'plan'), endsAtOnce);
    const samePlan = await runs.start(subjectOf('b', 'plan'), endsAtOnce);
    await settled();
    const sameForm = await runs.start(subjectOf('a', 'another plan'), endsAtOnce);
    const again = await runs.start(subjectOf('c', 'plan'), endsAtOnce);

    expect([samePlan.id, sameForm.id]).toEqual([first.id, first.id]);
    expect(again.id).not.toBe(first.id);
  });

  it('end with a reason, and a line in the log, if their work fails', async () => {
    const { runs, lines } = create();
    const run = await runs.start(subjectOf('a'), () => Promise.reject(new Error('a bug')));
    await settled();

    expect(run.state()).toMatchObject({ phase: 'ended', stopped: { code: 'internal' } });
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'ERROR', msg: 'a cleanup failed', token: 'ci' }),
    );
  });

  it('are cut off when the process cannot wait any longer', async () => {
    const { runs, close } = create();
    const run = await runs.start(subjectOf('a'), endsWhenAborted);
    await close();
    await settled();

    expect(run.state().phase).toBe('ended');
  });

  it('do not keep the process longer, even if Harbor does not answer a deletion', async () => {
    const { runs, close } = create();
    const run = await runs.start(subjectOf('a'), () => new Promise(() => undefined));
    await close();

    expect(run.state().phase).toBe('running');
  });
});
