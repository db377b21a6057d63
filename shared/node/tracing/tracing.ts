/** The tracing of a process. */
import type { Logger } from '../../ports/logger.ts';
import type { Tracer } from '../../ports/tracing/tracer.ts';

export interface Tracing {
  readonly tracer: Tracer;
  /** Exports the remaining spans. Takes at most two seconds, and never rejects. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** The default of OTEL_SERVICE_NAME. */
  readonly service: string;
  readonly logger: Logger;
}
