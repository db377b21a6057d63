import { expect, it } from 'vitest';
import { loadTracing } from '../../../../shared/node/tracing/load-tracing.ts';
import { plainTracer } from '../../../../shared/ports/tracing/tracer.ts';
import { memoryLog } from '../../../support/log.ts';

it.each([
  ['OTEL_EXPORTER_OTLP_ENDPOINT', '127.0.0.1:4318'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', ' '],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http//user:secret-of-the-test@collector.example:4318'],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'file:///etc/secret-of-the-test'],
])('exports no spans anywhere if %s is "%s", and says so', async (name, url) => {
  const { logger, lines } = memoryLog();
  const { tracer } = await loadTracing({ [name]: url }, { service: 'image-api', logger });
  expect(tracer).toBe(plainTracer);
  const msg = `no spans are exported: ${name} is not an http or https URL`;
  expect(lines).toEqual([expect.objectContaining({ level: 'WARNING', msg })]);
  expect(JSON.stringify(lines)).not.toContain('secret-of-the-test');
});
