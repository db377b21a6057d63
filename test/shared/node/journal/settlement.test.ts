import { describe, expect, it, onTestFinished } from 'vitest';
import { createVirtualClock } from '../../../../demo/harbor/clock.ts';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../../../demo/harbor/stand-in.ts';
import { createHarbor } from '../../../../shared/adapters/harbor/client.ts';
import { type Settlement, startSettlement } from '../../../../shared/node/journal/settlement.ts';
import type { JournalRow } from '../../../../shared/ports/journal-record.ts';
import { intentOf } from '../../../support/journal.ts';
import { memoryLog } from '../../../support/log.ts';
import { plainRegistry, timedBy } from '../../adapters/harbor/virtual-harbor.ts';

const ACCOUNT = { name: 'keeper', password: 'keeper-password' };
const WEB = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'2'.repeat(64)}`;
const PUSHED = '2026-01-02T03:04:05.678Z';
const LATER = '2026-01-02T03:04:05.679Z';
const TAG_ONLY = { tag_only: true, reference: 'v3', tags: ['v3'], push_time: null };
const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface SettlingOptions {
  readonly faults?: Faults;
  /** The journal cannot be read so many times. */
  readonly failures?: number;
  /** What this process does in the meantime. */
  readonly whileReading?: (settlement: Settlement) => void;
}

/** A journal in memory with these deletions, which began so long ago, and the settlement of it. */
function settling(
  deletions: readonly (Partial<JournalRow> & { readonly agoMs: number })[],
  { faults, failures = 0, whileReading }: SettlingOptions = {},
) {
  const clock = createVirtualClock();
  const registry = new Registry({
    accounts: [{ ...ACCOUNT, kind: 'user' }],
    projects: [
      {
        name: 'team',
        members: { [ACCOUNT.name]: 'maintainer' },
        repositories: { web: [{ digest: WEB, tags: ['v1', 'v2'] }] },
      },
    ],
  });
  const standIn = createHarborStandIn({ registry, clock, ...(faults && { faults }) });
  const { logger, lines: log } = memoryLog();
  const harbor = createHarbor({
    host: 'http://harbor.example.test',
    username: ACCOUNT.name,
    password: ACCOUNT.password,
    fetch: standIn.fetch as typeof fetch,
    timeoutMs: 30 * SECOND,
    concurrency: 6,
    maxRows: 1000,
    ...timedBy(clock),
    logger: memoryLog().logger,
  });
  const rows = deletions.map(({ agoMs, ...more }, index): JournalRow => {
    const time = new Date(clock.now() - agoMs).toISOString();
    const row = { ...intentOf({ digest: WEB }), id: `d${index + 1}`, time };
    return { ...row, outcome: 'unknown', settled_at: null, ...more };
  });
  const unsettled = rows.filter(({ outcome }) => outcome === 'unknown');
  const open = new Map(unsettled.map((row) => [row.id, row]));
  const settled: [id: string, outcome: string, afterMs: number][] = [];
  const readings: (readonly string[] | null)[] = [];
  const startMs = clock.now();
  const settlement: Settlement = startSettlement({
    journal: {
      unsettled: async (ids) => {
        readings.push(ids && [...ids]);
        await Promise.resolve();
        whileReading?.(settlement);
        if (readings.length <= failures) throw new Error('cannot be read');
        return [...open.values()].filter(({ id }) => ids === null || ids.has(id));
      },
      later: async ({ id, digest }) =>
        rows
          .slice(rows.findIndex((row) => row.id === id) + 1)
          .filter((row) => row.digest === digest)
          .toReversed(),
      settle: async ({ id }, outcome) => {
        open.delete(id);
        settled.push([id, outcome, clock.now() - startMs]);
      },
    },
    registry: plainRegistry(harbor),
    harborTimeoutMs: 30 * SECOND,
    logger,
    now: clock.now,
    sleep: clock.sleep,
  });
  onTestFinished(() => settlement.stop());
  return { clock, registry, standIn, log, settled, readings, open, settlement };
}

/** Deletes as an administrator does in Harbor's own interface. */
function removeWeb({ registry }: Pick<ReturnType<typeof settling>, 'registry'>): void {
  const artifact = registry.artifact('team', 'web', WEB);
  if (artifact !== undefined) registry.deleteArtifact(artifact);
}

describe('a deletion whose outcome is unknown at the start', () => {
  it('is not deleted if the artifact still exists', async () => {
    const { clock, settled, log } = settling([{ agoMs: 10 * MINUTE }]);
    await clock.sleep(SECOND);

    expect(settled).toEqual([['d1', 'not_deleted', 0]]);
    expect(log).toMatchObject([
      { level: 'WARNING', msg: 'the journal has deletions whose outcome is unknown: 1' },
      { level: 'WARNING', id: 'd1', digest: WEB, outcome: 'not_deleted' },
    ]);
  });

  it('is deleted if the artifact is gone', async () => {
    const { clock, settled } = settling([{ agoMs: 10 * MINUTE, digest: OTHER }]);
    await clock.sleep(SECOND);

    expect(settled).toEqual([['d1', 'deleted', 0]]);
  });

  it.each([
    ['the artifact', { tag_only: false }],
    ['the tag', { tag_only: true, reference: 'v1', tags: ['v1'] }],
  ])('remains unknown if %s was pushed again, so that it may have been deleted', async (_, row) => {
    const running = settling([{ agoMs: 10 * MINUTE, ...row }]);
    const { clock, registry, log, settled } = running;
    removeWeb(running);
    registry.push('team', 'web', { digest: WEB, tags: ['v1'], pushedAt: clock.now() - MINUTE });
    await clock.sleep(25 * 60 * MINUTE);

    expect(settled).toEqual([]);
    expect(log.slice(1)).toMatchObject([
      { level: 'WARNING', msg: expect.stringContaining('pushed since'), id: 'd1' },
    ]);
  });

  it.each<[string, Partial<JournalRow>, Partial<JournalRow>, string]>([
    ['is not deleted if a later one deleted the same push', {}, {}, 'not_deleted'],
    ['remains unknown if it was pushed before a later one', {}, { push_time: LATER }, 'unknown'],
    [
      'remains unknown if pushes are not known',
      { push_time: null },
      { push_time: null },
      'unknown',
    ],
    [
      'is not deleted if a later one found the same push',
      {},
      { outcome: 'not_deleted' },
      'not_deleted',
    ],
    ['is deleted if a later one was of another digest', {}, { digest: WEB }, 'deleted'],
    ['is deleted if a later one was of another repository', {}, { repository: 'api' }, 'deleted'],
    [
      'is deleted if a later one was of another Harbor',
      {},
      { registry: 'b.example.test' },
      'deleted',
    ],
    ['is deleted if a later one removed a tag alone', {}, { tag_only: true }, 'deleted'],
    [
      'of a tag remains unknown if a later one took it',
      TAG_ONLY,
      { tags: ['v3', 'v4'] },
      'unknown',
    ],
    ['of a tag is deleted if a later one left it', TAG_ONLY, { tags: ['v4'] }, 'deleted'],
  ])('%s', async (_, first, later, outcome) => {
    const gone = { digest: OTHER, push_time: PUSHED };
    const { clock, settled } = settling([
      { ...gone, agoMs: 20 * MINUTE, ...first },
      { ...gone, agoMs: 10 * MINUTE, outcome: 'deleted', ...later },
    ]);
    await clock.sleep(25 * 60 * MINUTE);

    expect(settled).toEqual(outcome === 'unknown' ? [] : [['d1', outcome, 0]]);
  });

  it.each([
    ['is deleted', 'not_deleted', [['d1', 'deleted', 0]]],
    ['remains unknown, as the later one is deleted,', 'unknown', [['d2', 'deleted', 0]]],
  ] as const)(
    '%s if a later one did not delete it while Harbor may have worked',
    async (_, outcome, ended) => {
      const gone = { digest: OTHER, push_time: PUSHED };
      const { clock, settled } = settling([
        { ...gone, agoMs: 10 * MINUTE },
        { ...gone, agoMs: 9 * MINUTE, outcome },
      ]);
      await clock.sleep(SECOND);

      expect(settled).toEqual(ended);
    },
  );

  it('and a repeated one that is unknown too are one deletion', async () => {
    const gone = { digest: OTHER, push_time: PUSHED };
    const { clock, settled } = settling([
      { ...gone, agoMs: 20 * MINUTE },
      { ...gone, agoMs: 10 * MINUTE },
    ]);
    await clock.sleep(SECOND);

    expect(settled.map(([id, outcome]) => [id, outcome])).toEqual([
      ['d1', 'not_deleted'],
      ['d2', 'deleted'],
    ]);
  });

  it.each([
    ['is not deleted if the tag is still at the digest', WEB, 'v1', 'not_deleted'],
    ['is deleted if the tag is gone', WEB, 'v3', 'deleted'],
    ['is deleted if the tag is at another digest', OTHER, 'v1', 'deleted'],
  ])('of a tag alone %s', async (_, digest, reference, outcome) => {
    const { clock, settled } = settling([
      { agoMs: 10 * MINUTE, tag_only: true, digest, reference, tags: [reference] },
    ]);
    await clock.sleep(SECOND);

    expect(settled).toEqual([['d1', outcome, 0]]);
  });

  it('remains unknown while Harbor may still be working on it, and is asked for again then', async () => {
    const { clock, settled } = settling([{ agoMs: 10 * SECOND }]);
    await clock.sleep(5 * MINUTE);
    const early = [...settled];
    await clock.sleep(MINUTE);

    expect(early).toEqual([]);
    // Five minutes and the time of one call after it began.
    expect(settled).toEqual([['d1', 'not_deleted', 5 * MINUTE + 20 * SECOND]]);
  });

  it('is deleted if Harbor completes it meanwhile', async () => {
    const running = settling([{ agoMs: 10 * SECOND }]);
    await running.clock.sleep(MINUTE);
    removeWeb(running);
    await running.clock.sleep(5 * MINUTE);

    expect(running.settled).toEqual([['d1', 'deleted', 5 * MINUTE + 20 * SECOND]]);
  });

  it('remains unknown while Harbor cannot be reached, which one call finds out', async () => {
    let isDown = true;
    const { clock, settled, standIn } = settling(
      [{ agoMs: 10 * MINUTE }, { agoMs: 20 * MINUTE, digest: OTHER }],
      { faults: () => (isDown ? { cut: 'before-answer' } : undefined) },
    );
    await clock.sleep(30 * SECOND);
    const calls = standIn.calls.map(({ path }) => path);
    isDown = false;
    await clock.sleep(MINUTE);

    expect(new Set(calls).size).toBe(1);
    expect(settled.map(([id, outcome]) => [id, outcome])).toEqual([
      ['d1', 'not_deleted'],
      ['d2', 'deleted'],
    ]);
  });

  it('is asked for once a minute while Harbor refuses the login, which would be locked for others', async () => {
    const { clock, standIn } = settling([{ agoMs: 10 * MINUTE }], {
      faults: () => ({ anonymous: true }),
    });
    await clock.sleep(5 * MINUTE - SECOND);

    // Each round repeats the read once.
    const logins = standIn.calls.filter(({ headers }) => headers['authorization'] !== undefined);
    expect(logins.length).toBeLessThanOrEqual(10);
  });

  it('does not hold up others if Harbor has no answer for it', async () => {
    const { clock, settled } = settling([
      { agoMs: 10 * MINUTE, project: 'hidden' },
      { agoMs: 20 * MINUTE, digest: OTHER },
    ]);
    await clock.sleep(2 * MINUTE);

    expect(settled).toEqual([['d2', 'deleted', 0]]);
  });

  it('remains unknown if it is of another Harbor, and is not asked for', async () => {
    const { clock, settled, standIn, log } = settling([
      { agoMs: 10 * MINUTE, registry: 'former.example.test', digest: OTHER },
    ]);
    await clock.sleep(10 * MINUTE);

    expect(settled).toEqual([]);
    expect(standIn.calls).toEqual([]);
    expect(log.at(-1)).toMatchObject({ id: 'd1', registry: 'former.example.test' });
  });

  it('never becomes a path of Harbor that its names do not allow', async () => {
    const { clock, settled, standIn } = settling([
      { agoMs: 10 * MINUTE, repository: '../../users' },
      { agoMs: 10 * MINUTE, digest: '..' },
      { agoMs: 10 * MINUTE, tag_only: true, reference: '..' },
    ]);
    await clock.sleep(10 * MINUTE);

    expect(settled).toEqual([]);
    expect(standIn.calls).toEqual([]);
  });

  it('is left alone if another process has settled it meanwhile', async () => {
    const { clock, settled, open, readings } = settling([{ agoMs: 10 * SECOND }]);
    await clock.sleep(MINUTE);
    open.clear();
    await clock.sleep(60 * MINUTE);

    expect(settled).toEqual([]);
    expect(readings).toEqual([null, ['d1']]);
  });

  it.each([
    ['soon after a short outage', 2, 3],
    ['within a minute after a long one', 8, 183],
  ])('is found when the journal can be read again: %s', async (_, failures, seconds) => {
    const { clock, settled } = settling([{ agoMs: 10 * MINUTE }], { failures });
    await clock.sleep(5 * MINUTE);

    expect(settled).toEqual([['d1', 'not_deleted', seconds * SECOND]]);
  });
});

describe('a deletion that begins while the file is first read', () => {
  it('is left alone, because this process is working on it', async () => {
    const { clock, settled, log, standIn } = settling([{ agoMs: 0, digest: OTHER }], {
      whileReading: (settlement) => settlement.begun('d1'),
    });
    await clock.sleep(60 * MINUTE);

    expect(settled).toEqual([]);
    expect(log).toEqual([]);
    expect(standIn.calls).toEqual([]);
  });

  it('is settled if its outcome becomes unknown meanwhile', async () => {
    const { clock, settled, readings } = settling([{ agoMs: 0, digest: OTHER }], {
      whileReading(settlement) {
        if (readings.length > 1) return;
        settlement.begun('d1');
        settlement.add('d1');
      },
    });
    await clock.sleep(SECOND);

    expect(settled).toEqual([['d1', 'deleted', 0]]);
    expect(readings).toEqual([null, ['d1']]);
  });
});

describe('a deletion whose outcome becomes unknown later', () => {
  it('is settled too', async () => {
    const running = settling([]);
    await running.clock.sleep(60 * MINUTE);
    const time = new Date(running.clock.now()).toISOString();
    const row = { ...intentOf({ digest: OTHER }), id: 'own', time };
    running.open.set('own', { ...row, outcome: 'unknown', settled_at: null });
    running.settlement.add('own');
    await running.clock.sleep(SECOND);

    expect(running.settled).toEqual([['own', 'deleted', 60 * MINUTE]]);
    expect(running.readings).toEqual([null, ['own']]);
  });
});

it('asks for nothing after a stop', async () => {
  const { clock, settlement, standIn } = settling([{ agoMs: 10 * SECOND }]);
  await clock.sleep(SECOND);
  const calls = standIn.calls.length;
  settlement.stop();
  await clock.sleep(60 * MINUTE);

  expect(standIn.calls).toHaveLength(calls);
});
