/** Requests as bytes: `Request` and `fetch` fold `a/../b` in a target, and escape others. */
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import net from 'node:net';

/** Sends a whole request, and returns everything until the server closes the connection. */
export async function rawRequest(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write(request);
  await once(socket, 'close');
  return answer;
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
