/** The facts that every app knows of a request, and who learns of them. */
import type { Logger } from '../../ports/logger.ts';
import type { BaseMetrics } from '../../ports/metrics/base-metrics.ts';
import type { RequestSpan } from '../../ports/tracing/tracer.ts';
import type { RequestLog } from './request-log.ts';

/** The sender of a request: the name of a token, `local` or `webhook`. */
interface Actor {
  readonly name: string;
}

/** The variables of each request in every app: `c.var.NAME` or `c.get('NAME')`. */
export interface BaseVariables {
  readonly requestId: string;
  readonly trace: Pick<RequestSpan, 'context' | 'end'>;
  readonly log: RequestLog;
  /** Set by `may`; absent if the request needs no rights. */
  readonly actor?: Actor;
}

export interface BaseEnv {
  Variables: BaseVariables;
}

/** Who learns of requests. */
export interface Observers {
  readonly logger: Logger;
  readonly metrics: Pick<BaseMetrics, 'requestBegan' | 'requestAnswered'>;
}
