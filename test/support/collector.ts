/** A collector of OpenTelemetry, which receives spans by OTLP over HTTP in JSON. */
import { type StrangerAnswer, startStranger } from './stranger.ts';

/** A span as it was received, with its attributes by name. */
export interface CollectedSpan {
  readonly service: string;
  readonly name: string;
  /** 2: of a request; 3: of a call. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Absent or empty: it has none. */
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly status: { readonly code?: number };
}

type Attributes = readonly { readonly key: string; readonly value: object }[];

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<CollectedSpan, 'attributes'> & {
        readonly attributes: Attributes;
      })[];
    }[];
  }[];
}

const accept: StrangerAnswer = (_seen, outgoing) =>
  outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');

/** Starts a collector, which ends with the test. By default it accepts everything. */
export async function startCollector(answer: StrangerAnswer = accept) {
  const { url, requests } = await startStranger(answer);
  return {
    /** The variables that send the spans of a process here at once. */
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '50' },
    requests,
    spans: (): readonly CollectedSpan[] =>
      requests.flatMap(({ body }) => spansOf(JSON.parse(body) as Export)),
  };
}

function spansOf({ resourceSpans }: Export): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(valuesOf(resource.attributes)['service.name']);
    return scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({ ...span, service, attributes: valuesOf(span.attributes) })),
    );
  });
}

/** An attribute is `{ key, value: { stringValue } }`, or has another type. */
function valuesOf(attributes: Attributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
