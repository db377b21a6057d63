/** What every program under bench/programs does around its own work. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The options that the benchmark gave this program; it wrote them itself. */
export function optionsOf<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Listens on a free port, says where, and ends when the benchmark does. */
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
