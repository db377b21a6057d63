/** A scripted receiver of notifications. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Delivery {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it does with one request: a status, a redirect, or nothing at all. */
export type ReceiverAnswer = number | { readonly redirectTo: string } | 'hang';

/** Starts a receiver that gives `answers` in turn. One request more than that fails the test. */
export async function startReceiver(answers: readonly ReceiverAnswer[], path = '/') {
  const deliveries: Delivery[] = [];
  const watchers = new Set<() => void>();
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const answer = answers[deliveries.length] ?? 599;
    deliveries.push({ path: incoming.url ?? '', headers: incoming.headers, body });
    watchers.forEach((look) => {
      look();
    });
    if (answer === 'hang') return;
    if (typeof answer === 'number')
      outgoing.writeHead(answer).end('what it says is of no interest');
    else outgoing.writeHead(307, { location: answer.redirectTo }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    if (deliveries.length > answers.length)
      throw new Error('the receiver got an unscripted request');
  });
  return {
    url: `http://127.0.0.1:${port}${path}`,
    deliveries,
    /** Waits until that many requests have come. */
    arrived: (count: number) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (deliveries.length < count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}
