import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../demo/harbor/clock.ts';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { memoryJournal } from '../../../support/journal.ts';
import { BYSTANDER, containerOf, createWorld, hostImage } from './world.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const IMAGE = hostImage(WEB);

/** A world whose disk needs so long for a line of the journal. */
function world({
  lineMs = 0,
  faults,
}: {
  readonly lineMs?: number;
  readonly faults?: Faults;
} = {}) {
  const clock = createVirtualClock();
  const { journal, lines: journalLines, disk } = memoryJournal(clock);
  disk.lineMs = lineMs;
  const created = createWorld({
    projects: [{ name: 'team', repositories: { web: [{ digest: WEB, tags: ['v1'] }] } }],
    clock,
    journal,
    ...(faults && { faults }),
  });
  return { ...created, journalLines, disk };
}

function once(happen: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) happen();
    isDone = true;
  };
}

const told = ({ journalLines }: Pick<ReturnType<typeof world>, 'journalLines'>) =>
  journalLines.map((line) => (line.event === 'intent' ? 'intent' : line.outcome));

describe('a deletion whose line in the journal takes long', () => {
  it('is decided by the host as it is afterwards: one line, and one reading more', async () => {
    const running = world({ lineMs: 3000 });

    const { status } = await running.remove('team/web/v1');

    expect(status).toBe(200);
    expect(told(running)).toEqual(['intent', 'deleted']);
    expect(running.host.runs).toHaveLength(2);
  });

  it('is not sent if a pod has started meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    running.disk.onWrite = once(() => {
      running.host.images = [BYSTANDER, IMAGE];
      running.host.containers = [containerOf(IMAGE)];
    });

    const { status, body } = await running.remove('team/web/v1');

    expect([status, body.code]).toEqual([409, 'in_use']);
    expect(told(running)).toEqual(['intent', 'not_deleted']);
    expect(running.standIn.deletions).toEqual([]);
  });

  it('gets another line if the artifact has another tag meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    running.disk.onWrite = once(() => {
      running.registry.push('team', 'web', { digest: WEB, tags: ['v2'] });
    });

    const { status } = await running.remove(`team/web/${WEB}`);

    expect(status).toBe(200);
    expect(told(running)).toEqual(['intent', 'not_deleted', 'intent', 'deleted']);
    expect(running.journalLines[0]).toMatchObject({ tags: ['v1'] });
    expect(new Set(running.journalLines.at(-1)?.tags)).toEqual(new Set(['v1', 'v2']));
    expect(new Set(running.standIn.deletions[0]?.tags)).toEqual(new Set(['v1', 'v2']));
  });

  it('is not sent if the client leaves meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    const client = new AbortController();
    running.disk.onWrite = once(() => client.abort());

    await running.send('team/web/v1', { signal: client.signal });

    expect(told(running)).toEqual(['intent', 'not_deleted']);
    expect(running.standIn.calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});

describe('a deletion without a line in the journal', () => {
  it('is not sent', async () => {
    const running = world();
    running.disk.isFull = true;

    const { status, body } = await running.remove('team/web/v1');

    expect([status, body.code]).toEqual([503, 'journal_unavailable']);
    expect(running.standIn.calls.filter(({ method }) => method === 'DELETE')).toEqual([]);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'refused' });
  });
});

describe('a deletion in the journal', () => {
  it('names the guards that force overrode', async () => {
    const running = world();
    running.host.images = [BYSTANDER, IMAGE];
    running.host.containers = [containerOf(IMAGE)];
    running.registry.push('team', 'web', { digest: WEB, tags: ['v2'] });

    const { status } = await running.remove('team/web/v1?force=true');

    expect(status).toBe(200);
    expect(running.journalLines[0]).toMatchObject({
      force: true,
      guards: ['other_tags', 'in_use'],
    });
  });
});
