import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../demo/harbor/faults.ts';
import { artifactsWith, createCleanupService, pulled, running, WRITE } from '../support/cleanup.ts';
import { deletionPages, WEB_PATH } from '../support/deletion-pages.ts';
import { testFolder } from '../support/folder.ts';
import { countsOf, samples } from '../support/metrics.ts';

const image = pulled(2);
const writer = { headers: { authorization: `Bearer ${WRITE}` } };

/** A service whose nodes run `v2`; `v1`, `v3` and `v4` are unused. */
function service(options: { faults?: Faults; config?: Record<string, object> } = {}) {
  const made = createCleanupService({
    artifacts: artifactsWith(['v1'], ['v2'], ['v3'], ['v4', 'latest']),
    nodes: { 'node-1': { images: [image], containers: [running(image)] } },
    ...options,
  });
  const remove = (reference: string, query = '') =>
    made.get(`/harbor/artifacts/shop/web/${reference}${query}`, { method: 'DELETE', ...writer });
  const { metrics } = made.services;
  return { ...made, remove, metrics };
}

const OUTCOMES = 'image_api_deletions_total';
const BLOCKERS = 'image_api_deletion_blockers_total';

describe('the metrics of deletions', () => {
  it('begin with 0 for each outcome and each blocker', async () => {
    const found = await samples(service().metrics);
    const zeros = [...found].filter(([name]) => name.startsWith('image_api_deletion'));
    expect(zeros.map(([name]) => name)).toContain(`${OUTCOMES}{outcome="unknown"}`);
    expect(zeros.map(([name]) => name)).toContain(`${BLOCKERS}{blocker="in_use"}`);
    expect(zeros.map(([, value]) => value)).toEqual(zeros.map(() => 0));
  });

  it('count what was deleted, a removed tag and plans', async () => {
    const { remove, get, metrics } = service();
    await remove('v1');
    await remove('latest', '?tag_only=true');
    await remove('v3', '?dry_run=true');
    await get('/harbor/artifacts/shop/web/v3/deletion-plan', writer);
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ deleted: 1, tag_removed: 1, dry_run: 2 });
    expect(await countsOf(metrics, BLOCKERS)).toEqual({});
  });

  it('count each blocker of a refused deletion, and none of a plan', async () => {
    const { remove, metrics } = service();
    await remove('v2');
    await remove('v4');
    await remove('v2', '?dry_run=true');
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ refused: 2, dry_run: 1 });
    expect(await countsOf(metrics, BLOCKERS)).toEqual({ in_use: 1, other_tags: 1 });
  });

  it('count a deletion on the pages once, and the plan that was shown before', async () => {
    const { confirm, services } = await deletionPages();
    const { status } = await confirm(WEB_PATH, { reason: 'no longer needed' });
    expect(status).toBe(303);
    expect(await countsOf(services.metrics, OUTCOMES)).toEqual({ deleted: 1, dry_run: 1 });
  });

  it('count a rule of Harbor that refuses a deletion', async () => {
    const { remove, registry, metrics } = service();
    registry.readOnly = true;
    await remove('v1');
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ refused: 1 });
    expect(await countsOf(metrics, BLOCKERS)).toEqual({ harbor_read_only: 1 });
  });

  it('count a deletion that failed before it was sent', async () => {
    const { remove, metrics } = service();
    await remove('no-such-tag');
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ failed: 1 });
  });

  it('count a deletion whose outcome is unknown', async () => {
    const faults: Faults = ({ method }) =>
      method === 'DELETE' ? { answer: {}, cut: 'before-answer' } : undefined;
    const { remove, metrics } = service({ faults });
    await remove('v1');
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ unknown: 1 });
  });
});

describe('the metrics of cleanups', () => {
  it('count plans, what was deleted and its size', async () => {
    const { send, metrics } = service();
    const plan = await send({ policy: { keep_newest: 2 } });
    const headers = { 'if-match': plan.headers.get('etag') ?? '' };
    await send({ policy: { keep_newest: 2 }, apply: true }, headers);
    const found = await samples(metrics);
    expect(await countsOf(metrics, 'image_api_cleanup_runs_total')).toEqual({
      planned: 1,
      completed: 1,
    });
    expect(await countsOf(metrics, 'image_api_cleanup_artifacts_total')).toEqual({ deleted: 1 });
    expect(found.get('image_api_cleanup_candidates_total')).toBe(1);
    expect(found.get('image_api_cleanup_deleted_bytes_total')).toBe(1000);
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ deleted: 1 });
  });

  it('count a cleanup whose plan has changed as refused', async () => {
    const { send, metrics } = service();
    const plan = await send({ policy: { keep_newest: 1 } });
    const headers = { 'if-match': plan.headers.get('etag') ?? '' };
    const answer = await send({ policy: { keep_newest: 2 }, apply: true }, headers);
    expect(answer.status).toBe(412);
    expect(await countsOf(metrics, 'image_api_cleanup_runs_total')).toEqual({
      planned: 1,
      refused: 1,
    });
  });

  it('count a cleanup without a plan as failed', async () => {
    const { send, nodes, metrics } = service();
    nodes['node-2'] = {};
    await send({ policy: { keep_newest: 1 } });
    expect(await countsOf(metrics, 'image_api_cleanup_runs_total')).toEqual({ failed: 1 });
  });
});

describe('the metrics of the journal', () => {
  const journaled = (journal_file: string) =>
    service({ config: { delete_config: { journal_file } } });

  it('count its lines', async () => {
    const { remove, metrics } = journaled(join(testFolder(), 'journal.jsonl'));
    await remove('v1');
    const found = await samples(metrics);
    expect(await countsOf(metrics, 'image_api_journal_writes_total')).toEqual({ written: 2 });
    expect(found.get('image_api_journal_writable')).toBe(1);
  });

  it('say that it cannot be written, and count the deletion as failed', async () => {
    const { remove, metrics } = journaled('/dev/full');
    await remove('v1');
    const found = await samples(metrics);
    expect(await countsOf(metrics, 'image_api_journal_writes_total')).toEqual({ failed: 1 });
    expect(found.get('image_api_journal_writable')).toBe(0);
    expect(await countsOf(metrics, OUTCOMES)).toEqual({ failed: 1 });
  });

  it('say nothing of a journal that is not configured', async () => {
    const found = await samples(service().metrics);
    expect([...found.keys()]).not.toContain('image_api_journal_writable');
  });
});
