/** No upstream of a router can lead it to another host: by redirects, links or names in its answers. */
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { freePort } from '../real/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { startProcess } from '../support/processes.ts';
import { startStranger } from '../support/stranger.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const TOKEN = 'a-write-token-of-test';
const TARGETS = [
  'GET /harbor/projects',
  'GET /harbor/repositories/shop',
  'GET /harbor/artifacts/shop/web',
  'GET /images',
  'GET /local-images',
  'GET /nodes',
  'GET /drift',
  'GET /usage/shop/web/v1',
  'GET /harbor/unused',
  'DELETE /harbor/artifacts/shop/web/v1?dry_run=true',
  `DELETE /harbor/artifacts/shop/web/${DIGEST}`,
  'GET /readyz?verbose',
];
/** Where an upstream may be asked. `/followed` is where its redirects to itself lead. */
const OWN_PATHS = /^\/(?:api\/v2\.0\/|v1\/|v2\/|drift|notify)/;

/** A router all of whose upstreams are `upstream`. Whatever else it calls in plain HTTP arrives at `trap`. */
async function startRouter(upstream: string, trap: string): Promise<string> {
  const port = await freePort();
  const router = startProcess('router', {
    env: {
      HTTP_PROXY: trap,
      NO_PROXY: '127.0.0.1,localhost',
      OTEL_EXPORTER_OTLP_ENDPOINT: upstream,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
    config: {
      app_config: { app_port: port, write_token: TOKEN },
      harbor_config: {
        harbor_host: upstream,
        harbor_username: 'admin',
        harbor_password: 'harbor-password',
        harbor_timeout_ms: 5000,
      },
      bridge_config: { bridge_url: upstream, bridge_token: 'bridge-token-of-test' },
      nodes_config: {
        nodes: { 'node-1': { bridge_url: upstream.replace('127.0.0.1', 'localhost') } },
      },
      webhook_config: {
        harbor_webhook_token: 'Bearer hook-secret-of-test',
        notify_url: `${upstream}/notify`,
      },
      router_config: { function_urls: { drift: upstream } },
    },
  });
  await router.listening;
  return `http://127.0.0.1:${port}`;
}

async function askEverything(router: string): Promise<readonly number[]> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const asked = TARGETS.map(async (target) => {
    const [method = '', path = ''] = target.split(' ');
    const answer = await fetch(router + path, { method, headers, redirect: 'manual' });
    return answer.status;
  });
  const event = {
    type: 'PUSH_ARTIFACT',
    occur_at: 1_750_000_000,
    event_data: {
      // As Harbor sends it; a host in it is never called.
      resources: [{ digest: DIGEST, tag: 'v1', resource_url: 'http://192.0.2.1/shop/web:v1' }],
      repository: { repo_full_name: 'shop/web' },
    },
  };
  const delivered = await fetch(`${router}/webhooks/harbor`, {
    method: 'POST',
    headers: { authorization: 'Bearer hook-secret-of-test', 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  return [...(await Promise.all(asked)), delivered.status];
}

it('redirects of any upstream lead nowhere', async () => {
  const trap = await startStranger((_, outgoing) => void outgoing.end('[]'));
  const places = [
    `${trap.url}/trapped`,
    `${trap.url.replace('http:', '')}/trapped`,
    '/followed',
    './followed',
    'http://169.254.169.254/latest/meta-data/iam/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'file:///etc/passwd',
    'data:application/json,[]',
  ];
  const answers = places.flatMap((location) =>
    [301, 302, 303, 307, 308].map((status) => ({ status, location })),
  );
  let next = 0;
  const upstream = await startStranger((_, outgoing) => {
    const { status = 302, location } = answers[next++ % answers.length] ?? {};
    outgoing.writeHead(status, { location: location ?? '/', refresh: `0; url=${location}` }).end();
  });
  const router = await startRouter(upstream.url, trap.url);
  const statuses: number[] = [];
  for (let round = 0; round < 4; round++) statuses.push(...(await askEverything(router)));
  await eventually(() => expect(next).toBeGreaterThan(answers.length));
  await eventually(() =>
    expect(upstream.requests.map(({ target }) => target)).toContain('/v1/traces'),
  );
  expect(statuses.filter((status) => status >= 300 && status < 400)).toEqual([]);
  expect(trap.requests).toEqual([]);
  expect(upstream.requests.filter(({ target }) => !OWN_PATHS.test(target))).toEqual([]);
});

it('links and locations in answers of an upstream lead nowhere', async () => {
  const trap = await startStranger((_, outgoing) => void outgoing.end('[]'));
  const bodies = ['[]', '{}', `[{"name":"shop","project_id":1,"digest":"${DIGEST}"}]`];
  let next = 0;
  const answer = (outgoing: ServerResponse) => {
    const link = `<${trap.url}/api/v2.0/projects?page=2>; rel="next"`;
    const headers = {
      'content-type': 'application/json',
      'content-location': trap.url,
      'x-total-count': '200',
      'alt-svc': `h2="${trap.url.slice('http://'.length)}"`,
      link,
      location: `${trap.url}/trapped`,
    };
    outgoing.writeHead(200, headers).end(bodies[next++ % bodies.length]);
  };
  const upstream = await startStranger((_, outgoing) => answer(outgoing));
  const router = await startRouter(upstream.url, trap.url);
  await askEverything(router);
  expect(trap.requests).toEqual([]);
  expect(upstream.requests.filter(({ target }) => !OWN_PATHS.test(target))).toEqual([]);
  const hosts = new Set(upstream.requests.map(({ headers }) => headers.host));
  const own = upstream.url.slice('http://'.length);
  expect(
    [...hosts].filter((host) => host !== own && host !== own.replace('127.0.0.1', 'localhost')),
  ).toEqual([]);
});
