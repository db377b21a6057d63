import { METHODS } from 'node:http';
import { describe, expect, it } from 'vitest';
import { listen } from '../../shared/node/http/http-server.ts';
import { imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { samples } from '../support/metrics.ts';
import { nodesOf } from '../support/nodes.ts';
import { rawRequest } from '../support/raw-request.ts';
import { createService } from '../support/service.ts';

const REQUESTS = 10_000;
const LONG_MS = 300_000;

/** Requests whose names, tokens and methods are the sender's own. */
const SHAPES: readonly ((one: string) => readonly [method: string, path: string])[] = [
  (one) => ['GET', `/${one}`],
  (one) => [`METHOD-${one}`, '/nodes'],
  (one) => [`METHOD-${one}`, `/${one}/${one}`],
  (one) => ['GET', `/nodes?q=${one}`],
  (one) => ['GET', `/nodes/${one}/images`],
  (one) => ['GET', `/harbor/repositories/${one}`],
  (one) => ['GET', `/harbor/artifacts/${one}/${one}/${one}`],
  (one) => ['GET', `/usage/${one}/${one}/${one}`],
  (one) => ['DELETE', `/harbor/artifacts/${one}/${one}/${one}`],
  (one) => ['POST', `/webhooks/${one}`],
  () => ['POST', '/webhooks/harbor'],
  (one) => ['GET', `/harbor/artifacts/${one}%2F..%2F${one}/UPPER`],
];

function service() {
  return createService({
    harbor: {
      registry: keptRegistry([{ name: 'shop', repositories: {} }]),
    },
    nodes: nodesOf({ 'node-1': { images: [imageRow()] } }),
    config: {
      app_config: { write_token: { ci: 'write-token-of-test' } },
      harbor_config: LOGIN,
      webhook_config: { harbor_webhook_token: 'hook-secret-of-test' },
    },
  });
}

async function listening() {
  const { app, services } = service();
  const target = { host: '127.0.0.1', port: 0 };
  const onUnreadable = services.metrics.requestUnreadable;
  const { port, close } = await listen(app, target, { idleGraceMs: 0, onUnreadable });
  return { services, port, close };
}

/** Sends the requests with these numbers, of each shape in turn. */
async function send({ get }: ReturnType<typeof service>, from: number, to: number) {
  for (let number = from; number < to; number += 1) {
    const one = `a${number.toString(36)}`;
    const [method = '', path = ''] = SHAPES[number % SHAPES.length]?.(one) ?? [];
    const headers = {
      authorization: number % 2 === 0 ? `Bearer ${one}` : 'Bearer write-token-of-test',
      'user-agent': one,
      'x-request-id': one,
      'x-forwarded-for': one,
      'webhook-id': one,
    };
    await (await get(path, { method, headers })).arrayBuffer();
  }
}

/** Those of the service: Node's depend on the garbage that V8 has collected. */
const namesOf = async ({ services }: ReturnType<typeof service>) =>
  [...(await samples(services.metrics)).keys()].filter((name) => name.startsWith('image_api_'));

describe('the number of series', () => {
  it(
    `does not depend on the names, methods, tokens and ids of ${REQUESTS} requests`,
    async () => {
      const running = service();
      const rounds = 4 * SHAPES.length;
      await send(running, 0, rounds);
      const before = await namesOf(running);
      await send(running, rounds, rounds + REQUESTS);
      expect(await namesOf(running)).toEqual(before);
      const routes = before.filter((name) => name.includes('_duration_seconds_count{route='));
      expect(routes).toContain(
        'image_api_http_request_duration_seconds_count{route="(none)",method="other",status="404"}',
      );
    },
    LONG_MS,
  );

  it('has one method for all that HTTP does not have, and counts those that Node does not know', async () => {
    const { services, port, close } = await listening();
    const known = METHODS.filter((method) => method !== 'CONNECT'); // Node closes the connection
    const strange = Array.from({ length: 50 }, (_, index) => `STRANGE${index}`);
    const rest = '/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    for (const method of [...known, ...strange]) await rawRequest(port, `${method} ${rest}`);
    await close();
    const found = await samples(services.metrics);
    const methods = [...found.keys()].flatMap(
      (name) => /_count{.*method="(\w+)"/.exec(name)?.[1] ?? [],
    );
    expect(methods.toSorted()).toEqual(
      ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', 'other'].toSorted(),
    );
    expect(found.get('image_api_http_unreadable_requests_total{status="422"}')).toBe(50);
    expect(found.get('image_api_http_requests_in_flight')).toBe(0);
  });

  it('counts requests that are malformed, by the status of their answer', async () => {
    const { services, port, close } = await listening();
    await rawRequest(port, 'GET /nodes HTTP/1.1\r\nConnection: close\r\n\r\n');
    await rawRequest(
      port,
      'GET /nodes HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
    );
    await rawRequest(port, 'not HTTP\r\n\r\n');
    await close();
    const found = await samples(services.metrics);
    const counts = ['400', '417', '422', '500'].map((status) =>
      found.get(`image_api_http_unreadable_requests_total{status="${status}"}`),
    );
    expect(counts).toEqual([1, 1, 1, 0]);
  });
});
