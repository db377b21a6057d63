/** Connections that cannot be read further: they get the answers before that, one refusal, and are closed. */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem } from '../../values/problem.ts';
import type { Connections } from './connections.ts';
import {
  answerAndClose,
  notHttp,
  type RefusalObservers,
  refuseUnreadable,
} from './unreadable-requests.ts';

export interface UnreadableOptions extends RefusalObservers {
  readonly connections: Connections;
}

/** Refuses what Node's parser cannot read, and tunnels (CONNECT), which Node would close without an answer. */
export function refuseUnreadableConnections(
  server: Server,
  { connections, logger, onUnreadable }: UnreadableOptions,
): void {
  const refuse = async (socket: Socket, problem: Problem): Promise<void> => {
    const broken = connections.arriving(socket);
    await connections.answered(socket);
    if (!socket.writable) return void socket.destroy();
    // If its answer has begun, there is no second one.
    if (broken?.headersSent) return void socket.end(() => socket.destroy());
    const { remoteAddress: peer } = socket;
    answerAndClose(socket, refuseUnreadable(problem, { logger, onUnreadable, peer }));
  };
  const close = (duplex: Duplex, problem: Problem): void => {
    refuse(duplex as Socket, problem).catch(() => duplex.destroy());
  };
  server.on('clientError', (err: Error & { readonly code?: string }, duplex) => {
    const socket = duplex as Socket;
    // A browser opens connections in advance. It would take a refusal for the answer to its first request.
    const isUnused = err.code === 'ERR_HTTP_REQUEST_TIMEOUT' && socket.bytesRead === 0;
    // Before the end of the TLS handshake nothing can be sent: the socket would never end.
    if (isUnused || !connections.has(socket)) socket.destroy();
    else close(socket, notHttp(err));
  });
  server.on('connect', (_: IncomingMessage, duplex) => {
    const detail = 'The method CONNECT is not supported, because this service is not a proxy.';
    close(duplex, new Problem('bad_request', detail));
  });
}
