/** The collector of spans, which only the environment names: the SDK reads it too, and has a default. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadTracing } from '../../shared/node/tracing/load-tracing.ts';
import { plainTracer } from '../../shared/ports/tracing/tracer.ts';
import { memoryLog } from '../support/log.ts';
import { holdsAsync } from './fuzz.ts';
import { anyText, mutated } from './texts.ts';

const PASSWORD = 'secret-of-the-test';
const WRONG = [`http//user:${PASSWORD}@collector.example`, `ftp://user:${PASSWORD}@collector`];
const NOT_HTTP = fc
  .oneof(anyText, mutated(WRONG))
  .filter((text) => text !== '' && !/^\s*https?:/i.test(text));

it('no text that is not an http or https URL starts an export, and none is logged', async () => {
  await holdsAsync(NOT_HTTP, async (text) => {
    const { logger, lines } = memoryLog();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: text };
    const { tracer, close } = await loadTracing(environment, { service: 'image-api', logger });
    await close();
    expect(tracer).toBe(plainTracer);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toContain(PASSWORD);
  });
});
