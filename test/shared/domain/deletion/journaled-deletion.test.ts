import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../../demo/harbor/clock.ts';
import { domainWorld, requestOf } from '../../../support/domain.ts';
import { memoryJournal } from '../../../support/journal.ts';
import { BYSTANDER, containerOf, hostImage } from '../../../support/pulled-images.ts';
import { refusal, remove } from './deleting.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const IMAGE = hostImage(WEB);

/** A world whose disk needs so long for a line of the journal. */
function world({ lineMs = 0 }: { readonly lineMs?: number } = {}) {
  const clock = createVirtualClock();
  const { journal, lines: journalLines, disk } = memoryJournal(clock);
  disk.lineMs = lineMs;
  const created = domainWorld({
    projects: [{ name: 'team', repositories: { web: [{ digest: WEB, tags: ['v1'] }] } }],
    clock,
    journal,
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

    await remove(running, 'team/web/v1');

    expect(told(running)).toEqual(['intent', 'deleted']);
    expect(running.host.runs).toHaveLength(2);
  });

  it('is not sent if a pod has started meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    running.disk.onWrite = once(() => {
      running.host.images = [BYSTANDER, IMAGE];
      running.host.containers = [containerOf(IMAGE)];
    });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
    expect(told(running)).toEqual(['intent', 'not_deleted']);
    expect(running.memory.deletions).toEqual([]);
  });

  it('gets another line if the artifact has another tag meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    running.disk.onWrite = once(() => {
      running.contents.push('team', 'web', { digest: WEB, tags: ['v2'] });
    });

    await remove(running, `team/web/${WEB}`);

    expect(told(running)).toEqual(['intent', 'not_deleted', 'intent', 'deleted']);
    expect(running.journalLines[0]).toMatchObject({ tags: ['v1'] });
    expect(new Set(running.journalLines.at(-1)?.tags)).toEqual(new Set(['v1', 'v2']));
    expect(new Set(running.memory.deletions[0]?.tags)).toEqual(new Set(['v1', 'v2']));
  });

  it('tells what goes with it, accessories of accessories included', async () => {
    const running = world();
    const [sbom, signature] = ['5', '6'].map((digit) => `sha256:${digit.repeat(64)}`);
    const signed = { type: 'signature.cosign', digest: signature ?? '' };
    const accessories = [{ type: 'sbom.harbor', digest: sbom ?? '', accessories: [signed] }];
    running.contents.push('team', 'signed', { tags: ['v1'], accessories });

    await remove(running, 'team/signed/v1');

    const named = { children: [], accessories: [sbom, signature] };
    expect(running.journalLines).toMatchObject([named, { ...named, outcome: 'deleted' }]);
  });

  it('is not sent if the client leaves meanwhile', async () => {
    const running = world({ lineMs: 3000 });
    const client = new AbortController();
    const reason = new Error('left');
    running.disk.onWrite = once(() => client.abort(reason));

    const request = requestOf({ signal: client.signal });
    await expect(remove(running, 'team/web/v1', { request })).rejects.toBe(reason);

    expect(told(running)).toEqual(['intent', 'not_deleted']);
    expect(running.memory.sent).toEqual([]);
  });
});

describe('a deletion without a line in the journal', () => {
  it('is not sent', async () => {
    const running = world();
    running.disk.isFull = true;

    const request = requestOf();

    const problem = await refusal(running, 'team/web/v1', { request });

    expect(problem).toMatchObject({ status: 503, code: 'journal_unavailable' });
    expect(running.memory.sent).toEqual([]);
    expect(request.log.fields).toMatchObject({ outcome: 'refused' });
  });
});

describe('a deletion in the journal', () => {
  it('names the guards that force overrode', async () => {
    const running = world();
    running.host.images = [BYSTANDER, IMAGE];
    running.host.containers = [containerOf(IMAGE)];
    running.contents.push('team', 'web', { digest: WEB, tags: ['v2'] });

    await remove(running, 'team/web/v1', { force: true });

    expect(running.journalLines[0]).toMatchObject({
      force: true,
      guards: ['other_tags', 'in_use'],
    });
  });
});
