/** GET /metrics: the metrics of this process, for Prometheus. No upstreams: a scrape starts no reading. */
import { edge } from '../shared/edge/edge.ts';
import { may } from '../shared/http/access.ts';
import { answerMetrics } from '../shared/http/answer-metrics.ts';
import { createFunction } from '../shared/http/function.ts';

export const metrics = createFunction().get('/metrics', may('read'), answerMetrics);

export default edge(metrics);
