/** Answers a scrape, in the format that the client prefers. */
import { parseAccept } from 'hono/utils/accept';
import { answer } from './answer.ts';
import type { FunctionContext } from './function.ts';

/** The metrics of this process. A scrape starts no reading. */
export async function answerMetrics(c: FunctionContext): Promise<Response> {
  const format = prefersOpenMetrics(c.req.header('Accept') ?? '') ? 'openmetrics' : 'text';
  const { body, contentType } = await c.get('services').metrics.exposition(format);
  return answer(c, body, { type: contentType, headers: { Vary: 'Authorization, Accept' } });
}

/** Tells whether a client prefers OpenMetrics (RFC 9110, 12.5.1). One that names neither gets Prometheus' text. */
function prefersOpenMetrics(header: string): boolean {
  const accepted = parseAccept(header.toLowerCase());
  const weightOf = (type: string) => accepted.find((one) => one.type === type)?.q;
  const openMetrics = accepted.find(
    ({ type, params }) =>
      type === 'application/openmetrics-text' &&
      ['1.0.0', '0.0.1', undefined].includes(params['version']),
  );
  const text = weightOf('text/plain') ?? weightOf('text/*') ?? weightOf('*/*') ?? 0;
  return openMetrics !== undefined && openMetrics.q > 0 && openMetrics.q >= text;
}
