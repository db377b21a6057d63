/** The recorded exchanges of real Harbor releases: the only reader of test/fixtures/harbor. */
import { readdirSync, readFileSync } from 'node:fs';

export type RecordedVersion = 'v2.14.4' | 'v2.14.4-more' | 'v2.8.6';

type Headers = readonly (readonly [name: string, value: string])[];

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface Exchange {
  readonly name: string;
  readonly as: string;
  readonly via?: 'nginx' | 'core';
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Headers;
    readonly body?: string;
  };
  readonly response: RawAnswer;
  /** How long the answer took. */
  readonly seconds?: number;
}

/** A request that a real Harbor sent to the receiver of its webhooks. */
export interface RecordedDelivery {
  readonly headers: Headers;
  readonly body: string;
}

const FOLDER = new URL('../fixtures/harbor/', import.meta.url);

/** The names of all that was recorded from a version. */
export function recordingsOf(version: RecordedVersion): string[] {
  return readdirSync(new URL(`${version}/`, FOLDER))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length));
}

/** All exchanges with a version: what a receiver of its webhooks got is not among them. */
export function recordedExchanges(version: RecordedVersion): readonly Exchange[] {
  return recordingsOf(version)
    .map((name) => read(version, name))
    .filter(({ response }) => response !== undefined);
}

/** One exchange with Harbor. */
export function recordedExchange(version: RecordedVersion, name: string): Exchange {
  return read(version, name);
}

/** The deliveries of one recording, in the order of their arrival. */
export function recordedDeliveries(name: string): readonly RecordedDelivery[] {
  return read('v2.14.4', `webhook-${name}`).received ?? [];
}

function read(version: RecordedVersion, name: string) {
  return JSON.parse(readFileSync(new URL(`${version}/${name}.json`, FOLDER), 'utf8'));
}
