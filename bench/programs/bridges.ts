/**
 * Many bridges, each on its own port, as far as a router asks them: `GET /v1/node`, with its token, `ETag` and 304.
 * Prints their URLs.
 */
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { optionsOf, say } from '../answering.ts';
import { BRIDGE_MS, BRIDGE_TOKEN, type FleetSize, nodeBody } from '../fleet-world.ts';

export interface BridgesOptions {
  readonly size: FleetSize;
  /** The first of the nodes that this program serves. */
  readonly first: number;
  readonly count: number;
  /** Host and port of the registry, for names of images. */
  readonly registry: string;
}

const { size, first, count, registry } = optionsOf<BridgesOptions>();
const urls = await Promise.all(Array.from({ length: count }, (_, index) => bridge(first + index)));
say(urls.join(' '));

function bridge(node: number): Promise<string> {
  const body = Buffer.from(nodeBody(size, node, registry));
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    setTimeout(() => {
      if (request.headers.authorization !== `Bearer ${BRIDGE_TOKEN}`) refuse(response, 401);
      else if (request.url !== '/v1/node') refuse(response, 404);
      else answer(request.headers['if-none-match'], response);
    }, BRIDGE_MS);
  });
  function answer(known: string | undefined, response: ServerResponse): void {
    const headers = { 'Content-Type': 'application/json', ETag: etag, Age: '0' };
    if (known === etag) response.writeHead(304, headers).end();
    else response.writeHead(200, { ...headers, 'Content-Length': body.length }).end(body);
  }
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end('{}');
}
