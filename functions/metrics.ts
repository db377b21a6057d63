/** GET /metrics: the metrics of this process, for Prometheus. No upstreams: a scrape starts no reading. */
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { answerMetrics } from '../shared/http/base/answer-metrics.ts';
import { createFunction } from '../shared/http/function.ts';

export const metrics = createFunction().get('/metrics', may('read'), (c) =>
  answerMetrics(c, c.get('services').metrics),
);

export default edge(metrics);
