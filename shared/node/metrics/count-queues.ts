/** Counts the queues of the process. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Metrics } from '../../ports/metrics/metrics.ts';

export function countQueues(registers: Registry[]): Metrics['queue'] {
  const length = new Gauge({
    name: 'image_api_queue_length',
    help: 'Callers, calls, events or messages that are in a queue.',
    labelNames: ['queue'] as const,
    registers,
  });
  const refusals = new Counter({
    name: 'image_api_queue_refusals_total',
    help: 'Callers that a queue refused as overloaded, or messages that it dropped.',
    labelNames: ['queue'] as const,
    registers,
  });
  return (queue) => {
    const waiting = length.labels(queue);
    const refused = refusals.labels(queue);
    waiting.inc(0);
    refused.inc(0);
    return {
      waiting: (change) => waiting.inc(change),
      refused: () => refused.inc(),
    };
  };
}
