/** A kept connection without a client library, whose own time would be measured, too. */
import { once } from 'node:events';
import net from 'node:net';

export interface Connection {
  /** Asks once. @throws Error if the answer is not 200 */
  readonly get: () => Promise<void>;
  readonly close: () => void;
}

/** Connects, to ask for one URL again and again. Its answers have a `Content-Length`, and only ASCII. */
export async function connect(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Connection> {
  const { hostname, port, pathname } = new URL(url);
  const socket = net.connect(Number(port), hostname).setEncoding('latin1');
  await once(socket, 'connect');
  const lines = Object.entries({ Host: 'localhost', ...headers }).map((one) => one.join(': '));
  const request = [`GET ${pathname} HTTP/1.1`, ...lines, '', ''].join('\r\n');
  let received = '';
  let settle: { readonly resolve: () => void; readonly reject: (err: Error) => void } | null = null;
  socket.on('data', (part) => {
    received += part;
    if (!isWhole(received)) return;
    if (received.startsWith('HTTP/1.1 200 ')) settle?.resolve();
    else settle?.reject(new Error(received));
    received = '';
  });
  socket.on('error', (err) => settle?.reject(err));
  socket.on('end', () => settle?.reject(new Error(`${url}: the connection ended`)));
  return {
    get: () =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  const [, length = 'NaN'] = /\r\ncontent-length: (\d+)/i.exec(received) ?? [];
  return end > 0 && received.length >= end + 4 + Number(length);
}
