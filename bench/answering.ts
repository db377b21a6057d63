/** The common part of all programs in bench/programs. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The options that the benchmark passed to this program. */
export function optionsOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Listens on a free port, prints its URL, and ends with the benchmark. */
export function listenAndSay(server: Server): void {
  server.listen(0, '127.0.0.1', () => say(urlOf(server.address() as AddressInfo)));
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
  endWithParent();
}

function endWithParent(): void {
  process.stdin.on('end', () => process.exit()).resume();
}

function urlOf({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}`;
}
