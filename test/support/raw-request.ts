/** Requests as bytes: `Request` and `fetch` fold `a/../b` in a target, and escape others. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import net from 'node:net';
import { onTestFinished } from 'vitest';

/** Sends a whole request, and returns everything until the server closes the connection. */
export async function rawRequest(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write(request);
  return await textOf(socket);
}

/** Sends text on a connection, which ends with the test. */
export function rawConnection(port: number, request: string): net.Socket {
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // what is cut may be reset
  socket.write(request);
  return socket;
}

/** All that comes until the connection is closed. */
export async function textOf(socket: net.Socket): Promise<string> {
  let text = '';
  socket.on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'close');
  return text;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request over a unix socket. */
export async function askSocket(
  socketPath: string,
  target: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    httpRequest({ socketPath, path: target, agent: false, ...options }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
      answer.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
