/** The promises of the `Metrics` port (shared/ports/metrics/metrics.ts), which both implementations keep. */
import { describe, expect, it } from 'vitest';
import { createProcessMetrics } from '../../shared/node/metrics/process-metrics.ts';
import { type Metrics, noMetrics } from '../../shared/ports/metrics/metrics.ts';

const FIGURES = [0, 1, 1.5, Number.MAX_SAFE_INTEGER];

const OBSERVATIONS: readonly [string, (metrics: Metrics, figure: number) => void][] = [
  ['a request that begins', (metrics) => metrics.requestBegan()],
  [
    'an answer',
    (metrics, ms) => metrics.requestAnswered({ route: '/nodes', method: 'GET', status: 200, ms }),
  ],
  ['an unreadable request', (metrics) => metrics.requestUnreadable(400)],
  ['a lost line', (metrics) => metrics.logLineDropped()],
  ['a queue', (metrics, change) => metrics.queue('harbor_calls').waiting(change)],
  ['a refusal', (metrics) => metrics.queue('notifications').refused()],
  ['a run of crictl', ({ crictl }, ms) => crictl.ran({ kind: 'images', outcome: 'ok', ms })],
  ['a shared run', ({ crictl }) => crictl.shared('containers')],
  ['a deletion', ({ deletions }) => deletions.ended('deleted')],
  ['blockers', ({ deletions }) => deletions.blocked(['in_use', 'other_tags'])],
  ['a line of the journal', ({ journal }) => journal.wrote('written')],
  ['a full disk', ({ journal }) => journal.writable(false)],
  ['a cleanup', ({ cleanups }) => cleanups.ended('completed')],
  ['candidates', ({ cleanups }, count) => cleanups.began(count)],
  [
    'a cleaned artifact',
    ({ cleanups }, size_bytes) => cleanups.cleaned({ outcome: 'deleted', size_bytes }),
  ],
  ['a delivery', ({ webhooks }) => webhooks.delivered('accepted')],
  ['events', ({ webhooks }, count) => webhooks.events('processed', count)],
  ['a failed refresh', ({ fleet }) => fleet.refreshFailed('drift')],
  [
    'a call',
    ({ upstreams }, ms) =>
      upstreams.called({ target: 'harbor', operation: 'GET /projects', outcome: 'ok', ms }),
  ],
  [
    'the calls of a request',
    ({ upstreams }, calls) => upstreams.harborUsed({ route: '/drift', calls, pages: calls }),
  ],
];

describe.each([
  ['of a process', () => createProcessMetrics()],
  ['of a runtime that keeps nothing', () => noMetrics],
])('the metrics %s', (_, make) => {
  it.each(OBSERVATIONS)('never fail what they observe: %s', (_title, observe) => {
    const metrics = make();
    for (const figure of FIGURES) expect(() => observe(metrics, figure)).not.toThrow();
  });
});

it('are shown in the format that is asked for', async () => {
  const metrics = createProcessMetrics();
  for (const [, observe] of OBSERVATIONS) observe(metrics, 1);
  const openmetrics = await metrics.exposition('openmetrics');
  expect(openmetrics.contentType).toContain('application/openmetrics-text');
  expect(openmetrics.body).toMatch(/# EOF\n$/);
  const text = await metrics.exposition('text');
  expect(text.contentType).toContain('text/plain');
  expect(text.body).toContain('image_api_deletions_total{outcome="deleted"} 1');
});

it('are unsupported where nothing is kept', async () => {
  await expect(noMetrics.exposition('text')).rejects.toMatchObject({ code: 'unsupported_here' });
});
