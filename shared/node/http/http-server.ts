/** The HTTP server of every Node process: raw request targets are checked, stops lose no request. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import net from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Connection } from '../../connection.ts';
import type { Logger } from '../../log/logger.ts';
import { answerAndClose, notHttp, refuseUnreadable } from './unreadable-requests.ts';

/** Where to listen: a TCP address, a unix socket, or a socket that systemd passed. */
export type ListenTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly fd: number };

export interface HttpServer {
  /** The port it listens on; 0 where there is none. */
  readonly port: number;
  /** The IP address it listens on; null for a unix socket. */
  readonly host: string | null;
  /** Stops: no new connections, requests under way are answered, then everything is closed. */
  close(): Promise<void>;
}

/** What is served: a Hono app. */
export interface Served {
  fetch(request: Request, connection: Connection): Response | Promise<Response>;
}

/** systemd gives ten seconds; what is not answered by then is cut. */
const CLOSE_TIMEOUT_MS = 9_000;

export interface ListenOptions {
  /** Told of requests that the app never sees. */
  readonly logger?: Logger;
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * How long a stop leaves idle connections open: one may still bring a request that its client
   * sent before it saw us stop. Milliseconds, 500 by default.
   */
  readonly idleGraceMs?: number;
  /** Whether requests come over `local_socket`; by default false. */
  readonly local?: boolean;
}

/** Listens; rejects when that is not possible (address in use, no permission). */
export async function listen(
  app: Served,
  target: ListenTarget,
  { logger, tls, idleGraceMs = 500, local = false }: ListenOptions = {},
): Promise<HttpServer> {
  let reading: IncomingMessage | null = null;
  const answer = getRequestListener(
    (request, env) => app.fetch(request, connectionOf(env, local)),
    {
      // HTTP/1.0 needs no Host, and simple probes send none. What depends on the host reads the header.
      hostname: 'localhost',
      errorHandler: (err) => refuseUnreadable(err, { logger, peer: reading?.socket.remoteAddress }),
    },
  );
  const underWay = new Map<ServerResponse, Promise<void>>();
  let closing = false;
  const onRequest = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (closing) outgoing.setHeader('Connection', 'close');
    // A malformed target fails here and now, before anything is waited for.
    reading = incoming;
    const answered = answer(incoming, outgoing);
    reading = null;
    underWay.set(outgoing, answered);
    await answered;
    underWay.delete(outgoing);
  };
  const server =
    tls === undefined ? createServer(onRequest) : createTlsServer({ ...tls }, onRequest);
  // Node forgets the peer of a connection that has ended, unless it was asked for before.
  server.on('connection', (socket) => void socket.remoteAddress);
  server.on('clientError', async (err, socket) => {
    // Answers to what came before on this connection go first, and whole.
    const before = [...underWay].filter(([{ req }]) => req.socket === socket);
    await Promise.all(before.map(([, answered]) => answered));
    if (!socket.writable) return void socket.destroy(err);
    const peer = socket instanceof net.Socket ? socket.remoteAddress : undefined;
    void answerAndClose(socket, refuseUnreadable(notHttp(err), { logger, peer }));
  });
  // Slow clients must not hold connections for ever.
  server.headersTimeout = 20_000;
  server.requestTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(target, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  const tcp = typeof address === 'object' ? address : null;
  return {
    port: tcp?.port ?? 0,
    host: tcp?.address ?? null,
    close: () => {
      closing = true;
      for (const outgoing of underWay.keys()) {
        if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
      }
      return closeGracefully(server, idleGraceMs);
    },
  };
}

/** Node's URL folds `a/../b` away, so the app gets the target as it was sent. */
function connectionOf(env: object, isLocal: boolean): Connection {
  const { incoming } = env as { readonly incoming: IncomingMessage };
  const { remoteAddress } = incoming.socket;
  return new Connection(incoming.url ?? '', { peer: remoteAddress ?? 'unix', isLocal });
}

async function closeGracefully(server: Server, idleGraceMs: number): Promise<void> {
  // http.Server.close() would also cut idle connections, on which a request may be on its way.
  const closed = new Promise<void>((resolve) => {
    net.Server.prototype.close.call(server, () => resolve());
  });
  const startedAtMs = performance.now();
  const sweep = setInterval(() => {
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs >= CLOSE_TIMEOUT_MS) server.closeAllConnections();
    else if (waitedMs >= idleGraceMs) server.closeIdleConnections();
  }, 50);
  await closed;
  clearInterval(sweep);
}
