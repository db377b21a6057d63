/** What is kept between requests never serves the answer to another query: a service that has answered all is one that has answered none. */
import { describe, expect, it } from 'vitest';
import { digestOf, Registry } from '../../demo/harbor/registry.ts';
import openapi from '../../functions/openapi-document.json' with { type: 'json' };
import { containerRow, imageRow } from '../support/host-rows.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const HOST = 'harbor.example.test';
const ACCOUNT = { name: 'admin', password: 'secret' };
const artifacts = [1, 2, 3, 4].map((n) => ({ digest: digestOf(`web ${n}`), tags: [`v${n}`] }));
const held = (repository: string, n: number) =>
  imageRow({
    id: n.toString().repeat(64),
    repo_tags: [`${HOST}/shop/${repository}:v${n}`],
    repo_digests: [`${HOST}/shop/${repository}@${digestOf(`web ${n}`)}`],
  });
const container = (n: number, namespace: string) =>
  containerRow({ name: `app-${n}`, namespace, image_ref: `sha256:${n.toString().repeat(64)}` });

/** Two nodes, one of which runs an image that the registry has lost. */
function service() {
  const projects = ['shop', 'other'].map((name) => ({
    name,
    repositories: { web: artifacts, api: artifacts.slice(0, 2) },
  }));
  const registry = new Registry({ accounts: [{ ...ACCOUNT, kind: 'admin' }], projects });
  const nodes = {
    'node-1': { images: [held('web', 1), held('api', 2)], containers: [container(1, 'shop')] },
    'node-2': { images: [held('web', 7), held('web', 2)], containers: [container(7, 'jobs')] },
  };
  return createService({
    harbor: { registry },
    nodes: nodesOf(nodes),
    config: {
      harbor_config: { harbor_username: ACCOUNT.name, harbor_password: ACCOUNT.password },
    },
  });
}

interface Parameter {
  readonly in?: string;
  readonly name?: string;
  readonly example?: unknown;
  readonly schema?: { readonly enum?: readonly string[] };
}

/** Values for each, of which one at least keeps other rows. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  page: ['2'],
  page_size: ['1', '2'],
  q: ['v1', 'web', 'node-2'],
  node: ['node-1', 'node-2'],
  namespace: ['shop', 'jobs'],
  project: ['shop', 'other'],
  older_than: ['1m', '4w'],
};
const PATH = { project: 'shop', repository: 'web', reference: 'v1', node: 'node-1' };
/** Without a container runtime of its own, a journal, or a list. */
const OTHERS = ['/local-images', '/journal', '/livez', '/readyz', '/metrics', '/openapi.json'];

const lists = Object.entries(openapi.paths).flatMap(([path, operations]) => {
  const { get } = operations as { readonly get?: { readonly parameters: readonly Parameter[] } };
  if (get === undefined || OTHERS.includes(path)) return [];
  const url = path.replace(/\{(\w+)\}/g, (_, name) => PATH[name as keyof typeof PATH]);
  const queries = get.parameters.flatMap(({ in: place, name = '', schema }) => {
    if (place !== 'query') return [];
    const values = VALUES[name] ?? schema?.enum ?? ['true', 'false'];
    return values.map((value) => `${name}=${value}&page_size=${name === 'page' ? 1 : 1000}`);
  });
  return [{ url, queries: queries.map((query) => query.replace(/^(page_size=\d+)&.*/, '$1')) }];
});

describe.each(lists)('$url', ({ url, queries }) => {
  it('answers each query as if it were the first', async () => {
    const one = service();
    const answers = new Map<string, unknown>();
    for (const query of ['', ...queries, '', ...queries.toReversed()]) {
      const path = query === '' ? url : `${url}?${query}`;
      const own = await bodyOf(one, path);
      answers.set(query, answers.get(query) ?? (await bodyOf(service(), path)));
      expect([query, own]).toEqual([query, answers.get(query)]);
    }
  });
});

it('has queries that keep other rows', async () => {
  const bodies = lists.map(async ({ url, queries }) => {
    const texts = ['', ...queries].map((query) => bodyOf(service(), `${url}?${query}`));
    return new Set((await Promise.all(texts)).map((body) => JSON.stringify(body))).size;
  });
  const counts = await Promise.all(bodies);
  expect(counts.filter((count) => count > 4).length).toBeGreaterThan(5);
});

async function bodyOf({ get }: ReturnType<typeof service>, path: string): Promise<unknown> {
  const text = await (await get(path)).text();
  return JSON.parse(
    text.replace(/"(?:request_id|read_at|age_ms|age_seconds)": ?[^,\n}]+/g, '"x": 0'),
  );
}
