/**
 * Spans for OpenTelemetry, exported by OTLP over HTTP in JSON. What the SDK reads of the environment is in
 * docs/tracing.md. Attributes are those of its conventions for HTTP, without queries and headers.
 */
import {
  type Attributes,
  type Context,
  createTraceState,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Logger } from '../../ports/logger.ts';
import { SAMPLED, type TraceContext } from '../../ports/tracing/trace-context.ts';
import type { Tracer } from '../../ports/tracing/tracer.ts';
import type { CallEnd } from '../../ports/tracing/upstream-calls.ts';
import { VERSION } from '../../values/version.ts';
import { sleep } from '../../values/waiting/sleep.ts';
import { KNOWN_METHODS } from '../http/known-methods.ts';
import { withOutageLog } from './outage-log.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/** How long a stop waits for the collector. */
const FLUSH_MS = 2000;
const MAX_PATH = 200;

/** Begins to export spans. The collector need not be there. */
export function exportSpans({ service, logger }: TracingOptions): Tracing {
  const provider = createProvider(service, logger);
  return {
    tracer: createTracer(provider),
    close: async () => {
      const stop = new AbortController();
      const late = sleep(FLUSH_MS, stop.signal).then(
        () => logger.log('WARNING', 'the last spans could not be exported in time'),
        () => undefined,
      );
      // The exporter has warn of its failure.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      stop.abort();
    },
  };
}

function createProvider(service: string, logger: Logger): BasicTracerProvider {
  // Faults of the variables are warn here; failed exports are warn once, and not by each batch.
  const warn = (msg: string) => logger.log('WARNING', `OpenTelemetry: ${msg}`);
  const silent = () => undefined;
  const texts = { error: warn, warn: warn, info: silent, debug: silent, verbose: silent };
  diag.setLogger(texts, DiagLogLevel.WARN);
  const name = { 'service.name': service, 'service.version': VERSION };
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes(name))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(withOutageLog(new OTLPTraceExporter(), logger))],
  });
  diag.disable();
  return provider;
}

function createTracer(provider: BasicTracerProvider): Tracer {
  const spans = provider.getTracer('image-api', VERSION);
  return {
    request({ method, path }, parent) {
      const known = KNOWN_METHODS.has(method);
      const attributes = {
        'http.request.method': known ? method : '_OTHER',
        'url.path': path.slice(0, MAX_PATH),
      };
      const kind = SpanKind.SERVER;
      const name = known ? method : 'HTTP';
      const span = spans.startSpan(name, { kind, attributes }, contextOf(parent));
      const context = contextInside(span, parent);
      return {
        context,
        call({ target, method, operation, url }) {
          const attributes = callAttributes(url, {
            'http.request.method': method,
            'url.template': operation,
            'image_api.upstream': target,
          });
          const within = trace.setSpan(ROOT_CONTEXT, span);
          const kind = SpanKind.CLIENT;
          const call = spans.startSpan(`${method} ${operation}`, { kind, attributes }, within);
          return { context: contextInside(call, context), end: (how) => endCall(call, how) };
        },
        end({ route, status, code, requestId }) {
          span.setAttributes({
            'http.response.status_code': status,
            'image_api.request_id': requestId,
          });
          if (route !== null) span.setAttribute('http.route', route).updateName(`${name} ${route}`);
          if (code !== undefined) span.setAttribute('error.type', code);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
  };
}

/** No query, and no user: `origin` and `pathname` have neither. */
function callAttributes(url: string, attributes: Attributes): Attributes {
  const { origin, pathname, hostname, port, protocol } = new URL(url);
  return {
    ...attributes,
    'url.full': origin + pathname,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

function endCall(span: Span, { outcome, status }: CallEnd): void {
  if (status !== null) span.setAttribute('http.response.status_code', status);
  if (outcome !== 'ok') span.setAttribute('error.type', outcome);
  // A call that nobody waited for has not failed.
  if (outcome !== 'ok' && outcome !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function contextOf(parent: TraceContext | null): Context {
  if (parent === null) return ROOT_CONTEXT;
  const { traceId, spanId, flags, tracestate } = parent;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags & SAMPLED,
    isRemote: true,
    ...(tracestate !== null && { traceState: createTraceState(tracestate) }),
  });
}

/** The context that calls of a span pass on: its own sampling decision, and the rest of its parent's. */
function contextInside(span: Span, parent: TraceContext | null): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const kept = (parent?.flags ?? 0) & ~SAMPLED;
  const tracestate = traceState?.serialize() || null;
  return { traceId, spanId, flags: kept | (traceFlags & SAMPLED), tracestate };
}
