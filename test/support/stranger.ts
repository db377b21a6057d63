/** A scripted HTTP server, as an upstream of the service. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers once it has read the body of a request. */
export type StrangerAnswer = (
  seen: SeenRequest,
  outgoing: ServerResponse,
  incoming: IncomingMessage,
) => void;

/** A server that answers as the test says, and records its requests. */
export async function startStranger(answer: StrangerAnswer) {
  const requests: SeenRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method = '', url: target = '', headers } = incoming;
    const seen = { method, target, headers, body };
    requests.push(seen);
    answer(seen, outgoing, incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests };
}
