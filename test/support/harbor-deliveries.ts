/** What a real Harbor posted, from the recordings. */
import { readFileSync } from 'node:fs';

export interface RecordedDelivery {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** The deliveries of one recording, in the order of their arrival. */
export function recordedDeliveries(name: string): readonly RecordedDelivery[] {
  const file = new URL(`../fixtures/harbor/v2.14.4/webhook-${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).received;
}

/** Headers that its sender chose; the rest is the connection's. */
export function sentHeaders({ headers }: RecordedDelivery): Record<string, string> {
  return Object.fromEntries(
    headers
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => ['authorization', 'content-type'].includes(name)),
  );
}
