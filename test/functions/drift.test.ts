import { describe, expect, it } from 'vitest';
import { apiError, nginxError } from '../../demo/harbor/answer.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { drift } from '../../functions/drift.ts';
import { createApp } from '../../shared/http/app.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import { plainRegistry, virtualHarbor } from '../shared/adapters/harbor/virtual-harbor.ts';
import { configurationOf } from '../support/configuration.ts';
import {
  digest,
  GONE,
  HARBOR,
  image,
  NGINX,
  NODES,
  SHOP,
  SYNCED,
} from '../support/drifted-images.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { memoryLog } from '../support/log.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

interface Setup {
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
  readonly config?: Record<string, Record<string, unknown>>;
}

function service({ nodes = NODES, harbor = {}, config = {} }: Setup = {}) {
  const registry = keptRegistry(
    [SHOP, { name: 'other', repositories: { unused: [{ tags: ['v1'] }] } }],
    'admin',
  );
  const running = createService({
    harbor: { registry, ...harbor },
    nodes: nodesOf(nodes),
    config: {
      ...config,
      harbor_config: {
        ...LOGIN,
        ...config['harbor_config'],
      },
    },
  });
  const rows = async (path: string) => {
    const { images } = await running.json<{
      images: { repository: string; tag: string; status: string }[];
    }>(path);
    return images.map(({ repository, tag, status }) => `${repository}:${tag} ${status}`);
  };
  const calls = () =>
    running.standIn?.calls.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`) ?? [];
  return { ...running, registry, rows, calls };
}

describe('GET /drift', () => {
  it('compares every image on any node with the registry', async () => {
    const { json } = service();
    expect(await json('/drift')).toMatchObject({
      complete: true,
      nodes: [
        { name: 'node-1', status: 'ok' },
        { name: 'node-2', status: 'ok' },
      ],
      errors: [],
      images: [
        { repository: 'docker.io/library/nginx', tag: '1', status: 'foreign', nodes: ['node-1'] },
        {
          repository: `${HARBOR}/shop/api`,
          tag: 'v1',
          status: 'tag_moved',
          digest: digest('5'),
          registry_digest: digest('6'),
          digest_gone: true,
          nodes: ['node-2'],
          running: false,
          containers: [{ node: 'node-2', namespace: 'shop', pod: 'api-b', state: 'exited' }],
        },
        {
          repository: `${HARBOR}/shop/web`,
          tag: 'v0',
          status: 'gone',
          running: true,
          containers: [
            {
              node: 'node-1',
              namespace: 'shop',
              pod: 'web-a',
              container: 'app',
              state: 'running',
            },
          ],
        },
        { tag: 'v1', status: 'in_sync', nodes: ['node-1', 'node-2'], running: false },
      ],
    });
  });

  it('asks only for the repositories that nodes hold, each once', async () => {
    const { get, calls } = service();
    await get('/drift');
    const lists = calls().filter((call) => call.endsWith('/artifacts'));
    expect(lists.toSorted()).toEqual([
      'GET /api/v2.0/projects/shop/repositories/api/artifacts',
      'GET /api/v2.0/projects/shop/repositories/web/artifacts',
    ]);
  });

  it('shares what was read with those who ask within max_age_ms, and reads again for no-cache', async () => {
    const { get, calls } = service();
    await get('/drift');
    const first = calls().length;
    await get('/drift');
    expect(calls().slice(first)).toEqual(['HEAD /api/v2.0/projects']);
    await get('/drift', { headers: { 'cache-control': 'no-cache' } });
    expect(calls().filter((call) => call.endsWith('web/artifacts'))).toHaveLength(2);
  });

  it.each([
    ['status=gone', [`${HARBOR}/shop/web:v0 gone`]],
    ['status=gone&running=true', [`${HARBOR}/shop/web:v0 gone`]],
    ['status=tag_moved&running=true', []],
    ['status=tag_moved&running=false', [`${HARBOR}/shop/api:v1 tag_moved`]],
    ['node=node-2', [`${HARBOR}/shop/api:v1 tag_moved`, `${HARBOR}/shop/web:v1 in_sync`]],
    ['namespace=shop', [`${HARBOR}/shop/api:v1 tag_moved`, `${HARBOR}/shop/web:v0 gone`]],
    ['namespace=elsewhere', []],
    ['q=nginx', ['docker.io/library/nginx:1 foreign']],
    ['sort=-status&page_size=1', [`${HARBOR}/shop/api:v1 tag_moved`]],
  ])('answers ?%s', async (query, expected) => {
    expect(await service().rows(`/drift?${query}`)).toEqual(expected);
  });

  it.each([
    ['status=lost', 'expected one of in_sync, tag_moved'],
    ['running=yes', 'expected true or false'],
    ['node=node-9', 'the nodes are node-1, node-2'],
  ])('answers 422 to ?%s', async (query, detail) => {
    const { json } = service();
    expect(await json(`/drift?${query}`)).toMatchObject({
      status: 422,
      code: 'invalid_request',
      detail: expect.stringContaining(detail),
    });
  });

  it('shows the rows of a repository that fails as unknown, and answers the others', async () => {
    const broken = apiError(500, 'UNKNOWN', 'internal server error');
    const { json } = service({
      harbor: {
        faults: ({ path }) =>
          path.includes('/api/') && /repositories\/api\//.test(path)
            ? { answer: broken }
            : undefined,
      },
    });
    expect(await json('/drift')).toMatchObject({
      complete: false,
      errors: [{ source: 'harbor', error: expect.stringContaining('shop/repositories/api') }],
      images: [
        { status: 'foreign' },
        { status: 'unknown', detail: expect.stringContaining('Harbor answered 500') },
        { status: 'gone' },
        { status: 'in_sync' },
      ],
    });
  });

  it('shows all images of Harbor as unknown when it fails, and does not go on asking', async () => {
    const images = Array.from({ length: 100 }, (_, index) =>
      image(`${HARBOR}/shop/app${index}:v1`, '7'),
    );
    const { json, calls } = service({
      nodes: { a: { images: [...images, NGINX] } },
      harbor: { faults: () => ({ answer: nginxError(502) }) },
    });
    const answer = await json<{ images: { status: string }[] }>('/drift');
    expect(answer).toMatchObject({ complete: false, errors: [{ source: 'harbor' }] });
    expect(answer.images.filter(({ status }) => status === 'unknown')).toHaveLength(100);
    expect(calls().length).toBeLessThan(5);
  });

  it('stops asking when Harbor fails in the middle', async () => {
    const images = Array.from({ length: 100 }, (_, index) =>
      image(`${HARBOR}/shop/app${index}:v1`, '7'),
    );
    const { json, calls } = service({
      nodes: { a: { images } },
      harbor: {
        faults: ({ number }) => (number > 10 ? { answer: nginxError(502) } : undefined),
      },
    });
    const { images: found } = await json<{ images: { status: string }[] }>('/drift');
    expect(new Set(found.map(({ status }) => status))).toEqual(new Set(['gone', 'unknown']));
    expect(calls().length).toBeLessThan(60);
  });

  it('needs a Harbor', async () => {
    const { json } = service({ config: { harbor_config: { harbor_host: '' } } });
    expect(await json('/drift')).toMatchObject({ status: 503, code: 'harbor_not_configured' });
  });

  it('sees at once what an event of Harbor says', async () => {
    const { rows, registry, get } = service({
      config: { webhook_config: { harbor_webhook_token: 'Bearer hook-secret-of-test' } },
    });
    expect(await rows('/drift?status=gone')).toHaveLength(1);
    registry.push('shop', 'web', { digest: digest('0'), tags: ['v0'] });
    expect(await rows('/drift?status=gone')).toHaveLength(1);
    const res = await get('/webhooks/harbor', {
      method: 'POST',
      headers: { authorization: 'Bearer hook-secret-of-test', 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'PUSH_ARTIFACT',
        event_data: {
          resources: [{ digest: digest('0'), tag: 'v0' }],
          repository: { repo_full_name: 'shop/web' },
        },
      }),
    });
    expect(res.status).toBe(202);
    expect(await rows('/drift?status=gone')).toEqual([]);
  });
});

it('shares nothing between requests on an edge runtime', async () => {
  const registry = keptRegistry(
    [{ name: 'shop', repositories: { web: [{ digest: digest('1'), tags: ['v1'] }] } }],
    'admin',
  );
  const { harbor, standIn } = virtualHarbor(
    { registry },
    { username: LOGIN.harbor_username, password: LOGIN.harbor_password },
  );
  const configuration = configurationOf({
    harbor_config: { harbor_host: `http://${HARBOR}` },
  });
  const services = {
    ...trivialServices(configuration, memoryLog().logger),
    nodes: nodesOf({ a: { images: [SYNCED, GONE] } }),
    registry: plainRegistry(harbor),
  };
  const app = createApp(drift, () => services);
  const answers = [await app.request('/drift'), await app.request('/drift')];
  expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject([
    { images: [{ status: 'gone' }, { status: 'in_sync' }] },
    { images: [{ status: 'gone' }, { status: 'in_sync' }] },
  ]);
  const lists = standIn.calls.filter(({ path }) => path.includes('/web/artifacts?'));
  expect(lists).toHaveLength(2);
});
