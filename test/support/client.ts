/** Clients of an app: in process, and over a socket where the server itself is the subject. */
import { onTestFinished } from 'vitest';
import { Connection } from '../../shared/http/base/connection.ts';
import { type ListenOptions, listen, type Served } from '../../shared/node/http/http-server.ts';
import { bodyOf, type JsonBody } from './body.ts';
import { rawRequest } from './raw-request.ts';

const ORIGIN = 'http://localhost';

/** A client in process, at 127.0.0.1. It sends targets that no URL changes. */
export function clientOf(app: Served) {
  const get = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers({
      host: 'localhost',
      ...Object.fromEntries(new Headers(init.headers)),
    });
    const request = new Request(ORIGIN + path, { ...init, headers });
    return app.fetch(request, new Connection(path, { peer: '127.0.0.1' }));
  };
  const json = async <Body = JsonBody>(path: string) => bodyOf<Body>(await get(path));
  return { get, json };
}

/** Serves the app on a free port until the test ends, or until it is closed. */
export async function serving(app: Served, options: ListenOptions = {}) {
  const { port, close } = await listen(
    app,
    { host: '127.0.0.1', port: 0 },
    { idleGraceMs: 0, ...options },
  );
  let closed: Promise<void> | null = null;
  const closeOnce = () => {
    closed ??= close();
    return closed;
  };
  onTestFinished(closeOnce);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    close: closeOnce,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    raw: (request: string) => rawRequest(port, request),
  };
}
