/** Decides whether a process exports spans. The SDK for it is loaded only then. */
import { plainTracer } from '../../ports/tracing/tracer.ts';
import { codeOf } from '../system/error-code.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/** The variables of OpenTelemetry that name a collector. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'];

export async function loadTracing(
  environment: NodeJS.ProcessEnv,
  options: TracingOptions,
): Promise<Tracing> {
  const passOn: Tracing = { tracer: plainTracer, close: async () => undefined };
  if (!isWanted(environment)) return passOn;
  const unusable = ENDPOINTS.find((name) => !isUsable(environment[name]));
  if (unusable !== undefined) {
    // The SDK would send the spans to its default, whoever listens there. The value may contain a password.
    options.logger.log('WARNING', `no spans are exported: ${unusable} is not an http or https URL`);
    return passOn;
  }
  try {
    // A file of its own beside the start commands (scripts/build-starts.ts).
    const { exportSpans } = await import('./opentelemetry.ts');
    return exportSpans(options);
  } catch (err) {
    if (codeOf(err) !== 'ERR_MODULE_NOT_FOUND') throw err;
    const msg =
      'spans are not exported: opentelemetry.js is not in the folder of the start command';
    options.logger.log('WARNING', msg, { err });
    return passOn;
  }
}

function isWanted(environment: NodeJS.ProcessEnv): boolean {
  const isOff =
    environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ||
    environment['OTEL_TRACES_EXPORTER'] === 'none';
  return !isOff && ENDPOINTS.some((name) => (environment[name] ?? '') !== '');
}

function isUsable(url = ''): boolean {
  return url === '' || /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '');
}
