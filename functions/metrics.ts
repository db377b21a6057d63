/** GET /metrics: the metrics of this process, for Prometheus. No upstreams: a scrape starts no reading. */
import { parseAccept } from 'hono/utils/accept';
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { answer } from '../shared/http/answer.ts';
import { createFunction } from '../shared/http/function.ts';

export const metrics = createFunction().get('/metrics', may('read'), async (c) => {
  const format = prefersOpenMetrics(c.req.header('Accept') ?? '') ? 'openmetrics' : 'text';
  const { body, contentType } = await c.get('services').metrics.exposition(format);
  const headers = { Vary: 'Authorization, Accept' };
  return answer(c, body, { type: contentType, headers });
});

/** Whether a client prefers OpenMetrics (RFC 9110, 12.5.1). One that names neither gets Prometheus' text. */
function prefersOpenMetrics(header: string): boolean {
  const accepted = parseAccept(header);
  const weightOf = (type: string) => accepted.find((one) => one.type === type)?.q ?? 0;
  const openMetrics = accepted.find(
    ({ type, params }) =>
      type === 'application/openmetrics-text' &&
      ['1.0.0', '0.0.1', undefined].includes(params['version']),
  );
  const text = weightOf('text/plain') || weightOf('text/*') || weightOf('*/*');
  return openMetrics !== undefined && openMetrics.q > 0 && openMetrics.q >= text;
}

export default edge(metrics);
