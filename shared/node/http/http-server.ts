/** The HTTP server of every Node process. It checks raw request targets, and a stop loses no request. */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { getRequestListener } from '@hono/node-server';
import { Connection } from '../../http/base/connection.ts';
import type { Logger } from '../../ports/logger.ts';
import { Problem } from '../../values/problem.ts';
import { freeDescriptors } from '../system/free-descriptors.ts';
import { Connections } from './connections.ts';
import { malformed } from './malformed-requests.ts';
import { PacedResponse } from './paced-response.ts';
import { refuseUnreadableConnections } from './unreadable-connections.ts';
import { refuse, refuseUnreadable } from './unreadable-requests.ts';

/**
 * How many connections wait to be accepted; the kernel has a limit of its own (somaxconn). It drops those of a burst
 * for which there is no room, and their clients try again only after a second, then after two, four, …
 */
const BACKLOG = 4096;

/** The address to listen on: TCP, a unix socket, or a socket that systemd passed. */
export type ListenTarget =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly fd: number };

export interface HttpServer {
  /** The port; 0 for a unix socket. */
  readonly port: number;
  /** The IP address; null for a unix socket. */
  readonly host: string | null;
  /** Stops: no new connections, requests under way are answered, then everything is closed. */
  close(): Promise<void>;
}

/** A Hono app. */
export interface Served {
  fetch(request: Request, connection: Connection): Response | Promise<Response>;
}

export interface ListenOptions {
  /** Logs requests that do not reach the app. */
  readonly logger?: Logger;
  /** Is called with the status of the answer to a request that does not reach the app. */
  readonly onUnreadable?: ((status: number) => void) | undefined;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** True if requests come over `local_socket`; by default false. */
  readonly local?: boolean;
  /**
   * How long a stop keeps idle connections open, because a client may have sent a request just before.
   * Milliseconds, 500 by default.
   */
  readonly idleGraceMs?: number;
  /** How long a request may take to arrive, body included. Milliseconds, 60,000 by default. */
  readonly requestTimeoutMs?: number;
  /** How long a connection may be idle. Milliseconds; default: Node's, 5,000. */
  readonly keepAliveMs?: number;
  /** How long a client may read nothing of an answer. Milliseconds, 30,000 by default. */
  readonly stallTimeoutMs?: number;
  /** How long a client may take for 64 KiB of an answer. Milliseconds, 120,000 by default: 546 bytes a second. */
  readonly slowReadTimeoutMs?: number;
  /** How many connections may be open. Default: half of the free file descriptors; over `local_socket` any number. */
  readonly maxConnections?: number;
}

/** Listens. Rejects if that is not possible (address in use, no permission). */
export async function listen(
  app: Served,
  target: ListenTarget,
  options: ListenOptions = {},
): Promise<HttpServer> {
  const { logger, onUnreadable, tls, local = false, idleGraceMs = 500 } = options;
  const { requestTimeoutMs = 60_000, stallTimeoutMs = 30_000 } = options;
  const { slowReadTimeoutMs = 120_000 } = options;
  let reading: IncomingMessage | null = null;
  const answer = getRequestListener(
    (request, env) => app.fetch(request, connectionOf(env, local)),
    {
      // HTTP/1.0 needs no Host, and simple probes send none. `allowed_hosts` reads the header itself.
      hostname: 'localhost',
      errorHandler: (err) => {
        const peer = reading?.socket.remoteAddress;
        const { body, ...rest } = refuseUnreadable(err, { logger, onUnreadable, peer });
        return new Response(body, rest);
      },
    },
  );
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // After a request with Upgrade, Node drops what it has already received of the next one.
    if (incoming.headers.upgrade !== undefined) outgoing.setHeader('Connection', 'close');
    const problem = malformed(incoming);
    if (problem !== null) return refuse(outgoing, problem, { logger, onUnreadable });
    // A malformed target fails synchronously, so `reading` is still this request.
    reading = incoming;
    void answer(incoming, outgoing);
    reading = null;
  };
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!connections.accept(outgoing)) return;
    const previous = connections.previous(outgoing);
    if (previous === null) return serve(incoming, outgoing);
    previous.once('close', () => {
      // `writable` and not `destroyed`: after `Connection: close`, what was written is sent first.
      if (incoming.socket.writable) serve(incoming, outgoing);
    });
  };
  const headersTimeout = Math.min(20_000, requestTimeoutMs);
  const settings: ServerOptions = {
    // Slow clients must not keep connections forever.
    headersTimeout,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(headersTimeout / 40),
    requireHostHeader: false, // `malformed` refuses a missing Host with a problem document
    ServerResponse: PacedResponse,
  };
  const server =
    tls === undefined
      ? createServer(settings, onRequest)
      : createTlsServer({ ...settings, ...tls, handshakeTimeout: headersTimeout }, onRequest);
  server.maxHeadersCount = 0; // Node drops the headers after the 2000th; their size has a limit anyway
  const { maxConnections = local ? Infinity : Math.floor(freeDescriptors() / 2) } = options;
  const limits = { idleGraceMs, slowReadTimeoutMs, maxConnections };
  const connections = new Connections(server, limits);
  server.timeout = stallTimeoutMs;
  if (options.keepAliveMs !== undefined) server.keepAliveTimeout = options.keepAliveMs;
  server.on('timeout', (socket) => connections.closeStalled(socket));
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (!connections.accept(outgoing)) return;
    const detail = `The header "Expect: ${incoming.headers.expect}" is not supported. Remove it.`;
    refuse(outgoing, new Problem('expectation_failed', detail), { logger, onUnreadable });
  });
  refuseUnreadableConnections(server, { connections, logger, onUnreadable });
  server.listen({ ...target, backlog: BACKLOG });
  await once(server, 'listening'); // rejects on an error
  const address = server.address();
  const tcp = typeof address === 'object' ? address : null;
  return {
    port: tcp?.port ?? 0,
    host: tcp?.address ?? null,
    close: () => connections.close(),
  };
}

/** Node's URL resolves `a/../b`, so the app gets the target as it was sent. */
function connectionOf(env: object, isLocal: boolean): Connection {
  const { incoming, outgoing } = env as {
    readonly incoming: IncomingMessage;
    readonly outgoing: ServerResponse;
  };
  const { remoteAddress } = incoming.socket;
  return new Connection(incoming.url ?? '', {
    peer: remoteAddress ?? 'unix',
    isLocal,
    whenSent: (sent) => (outgoing.closed ? sent() : outgoing.once('close', sent)),
  });
}
