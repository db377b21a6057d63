/** The stand-in on a socket of 127.0.0.1. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Play } from './play.ts';
import { writeAnswer } from './write.ts';

export type HttpHandler = (req: IncomingMessage, res: ServerResponse) => void;

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Answers requests by `play`; a call is recorded before its body is read. */
export function createHttpHandler(play: Play): HttpHandler {
  return (req, res) => {
    const method = req.method ?? 'GET';
    const request = { method, target: req.url ?? '/', headers: flatten(req) };
    play({ ...request, body: () => readBody(req) }).then(
      ({ answer, ending }) => {
        if (ending !== 'hang') writeAnswer(res, answer, { head: method === 'HEAD', cut: ending });
      },
      (error: unknown) => res.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  };
}

/** Listens on 127.0.0.1; port 0 is a free one. */
export function listen(handler: HttpHandler, port: number): Promise<HttpServer> {
  // nginx has larger header buffers than Node, and keeps idle connections longer.
  const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 75_000 }, handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      const close = () =>
        new Promise<void>((closed) => {
          server.close(() => closed());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${bound}`, close });
    });
  });
}

function flatten(req: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

async function readBody(req: IncomingMessage): Promise<string> {
  if (
    req.headers['content-length'] === undefined &&
    req.headers['transfer-encoding'] === undefined
  ) {
    return '';
  }
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
