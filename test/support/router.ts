/** A router in this process on a real port, and scripted servers that it may be in front of. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { router } from '../../functions/router.ts';
import { createApp } from '../../shared/http/app.ts';
import type { AnyFunction } from '../../shared/http/routes.ts';
import { listen } from '../../shared/node/http/http-server.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import { connectBridge } from '../../shared/node/upstreams/bridge-transport.ts';
import type { Services } from '../../shared/services.ts';
import { configurationOf } from './bridge.ts';
import { memoryLog, rawRequest } from './service.ts';

/** Starts what `start/router.ts` starts, or one function; stops it when the test ends. */
export async function startRouter(
  file: object,
  options: { readonly fn?: AnyFunction; readonly parts?: Partial<Services> } = {},
) {
  const { fn = router, parts = {} } = options;
  const configuration = configurationOf({ ignore_file_path: '/nonexistent.txt', ...file });
  const { logger, lines } = memoryLog();
  const remote = connectBridge(configuration, {});
  const { bridge } = remote;
  const node = createNodeServices({
    configuration,
    logger,
    bridge,
    environment: {},
    watching: false,
  });
  const app = createApp(fn, () => ({ ...node.services, ...parts }));
  const server = await listen(app, { host: '127.0.0.1', port: 0 }, { idleGraceMs: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  onTestFinished(async () => {
    await server.close();
    await node.close();
    await remote.close();
  });
  return {
    url,
    log: lines,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    raw: (request: string) => rawRequest(server.port, request),
  };
}

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that does what the test says, and writes down what it was asked. */
export async function startStranger(
  answer: (seen: SeenRequest, outgoing: ServerResponse, incoming: IncomingMessage) => void,
) {
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
