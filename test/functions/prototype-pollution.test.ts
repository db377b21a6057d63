/** `__proto__` and `constructor` in each JSON that the service reads: they are members like any other, or refused. */
import { expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { createBridgeClient } from '../../shared/adapters/bridge-client/bridge-client.ts';
import { getByFetch } from '../../shared/adapters/bridge-client/bridge-get.ts';
import { renameOldKeys } from '../../shared/values/configuration/aliases.ts';
import { parseConfiguration } from '../../shared/values/configuration/configuration.ts';
import { crictlConfig, keepingLogger } from '../bridge/programs.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { expectCleanPrototypes } from '../fuzz/fuzz.ts';
import { createService } from '../support/service.ts';

/** Would become properties of every object, or of this one. */
const POLLUTION = `"__proto__":{"polluted":true,"apply":true,"force":true,"write_token":"stolen"},
  "constructor":{"prototype":{"polluted":true}},"prototype":{"polluted":true}`;

/** JSON with the members in each of its objects. */
function polluted(json: string): string {
  return json.replaceAll('{}', `{${POLLUTION}}`).replace(/\{(?=")/g, `{${POLLUTION},`);
}

const json = { 'content-type': 'application/json' };

function service() {
  return createService({
    harbor: {
      registry: demoRegistry(),
      faults: () => ({
        change: (answer) => {
          const { 'Content-Length': _, ...headers } = answer.headers;
          return { ...answer, headers, body: polluted(answer.body) };
        },
      }),
    },
    crictl: {
      images: { stdout: polluted('{"images":[{"id":"a1","repoTags":["a:1"],"size":"1"}]}') },
      ps: { stdout: polluted('{"containers":[{"id":"c1","metadata":{"name":"a"},"labels":{}}]}') },
    },
    config: {
      app_config: { write_token: 'a-write-token-of-test' },
      harbor_config: { harbor_username: DEMO_ACCOUNT.name, harbor_password: DEMO_ACCOUNT.password },
      webhook_config: { harbor_webhook_token: 'hook-secret-of-test' },
    },
  });
}

it('in answers of Harbor and of crictl', async () => {
  const { get } = service();
  const paths = [
    '/harbor/projects',
    '/harbor/repositories/platform',
    '/harbor/artifacts/platform/apps/web/frontend',
    '/local-images',
    '/images',
    '/ui/harbor/platform/apps/web/frontend',
  ];
  for (const path of paths) {
    const answer = await get(path);
    expect([path, answer.status, /polluted|stolen/.test(await answer.text())]).toEqual([
      path,
      200,
      false,
    ]);
  }
  expectCleanPrototypes();
});

it('in the body of a cleanup, which they do not apply', async () => {
  const { get, standIn } = service();
  const post = (body: string) => get('/harbor/cleanup', { method: 'POST', headers: json, body });
  for (const body of [
    `{"policy":{"tags":["*"]},${POLLUTION}}`,
    `{"policy":{"tags":["*"],${POLLUTION}}}`,
    '{"__proto__":{"policy":{"tags":["*"]},"apply":true}}',
    '{"policy":"__proto__"}',
    '{"policy":"constructor"}',
  ]) {
    expect([body, [404, 422].includes((await post(body)).status)]).toEqual([body, true]);
  }
  expect(standIn?.calls).toEqual([]);
  expectCleanPrototypes();
});

it('in a webhook of Harbor', async () => {
  const { get } = service();
  const headers = { ...json, authorization: 'hook-secret-of-test' };
  const resources = `[{"digest":"sha256:${'a'.repeat(64)}","tag":"v1"}]`;
  const data = `{"resources":${resources},"repository":{"repo_full_name":"shop/web"}}`;
  const bodies = [
    polluted(`{"type":"PUSH_ARTIFACT","event_data":${data}}`),
    polluted('{"type":"__proto__","event_data":{}}'),
    polluted('{"type":"constructor"}'),
    polluted(
      `{"specversion":"1.0","id":"__proto__","source":"a","type":"toString","data":${data}}`,
    ),
  ];
  for (const body of bodies) {
    const answer = await get('/webhooks/harbor', { method: 'POST', headers, body });
    expect([body, answer.status]).toEqual([body, 202]);
  }
  expectCleanPrototypes();
});

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'as the name %s of a function, a node, a parameter or a field',
  async (name) => {
    const { get } = service();
    const statuses = await Promise.all([
      get(`/webhooks/${name}`, { method: 'POST' }),
      get(`/nodes/${name}/images`),
      get(`/harbor/projects?sort=${name}`),
      get(`/harbor/unused?${name}=1`),
      get(`/drift?status=${name}`),
      get(`/ui/cleanup?policy=${name}`),
      get(`/${name}`),
    ]);
    expect(statuses.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    expectCleanPrototypes();
  },
);

it('in the configuration, where they set no key', () => {
  const { file } = renameOldKeys(
    JSON.parse(polluted('{"app_config":{},"harbor_config":{"url":"a"}}')),
  );
  const { configuration } = parseConfiguration({ file, environment: {} });
  expect(configuration?.app_config.write_token).toEqual([]);
  expect(configuration?.harbor_config.harbor_host).toBe('https://a');
  const nodes = JSON.parse('{"nodes_config":{"nodes":{"__proto__":{"bridge_url":"https://a"}}}}');
  expect(parseConfiguration({ file: nodes, environment: {} }).problems).toHaveLength(1);
  expectCleanPrototypes();
});

it('in the answers of a bridge, and in those of crictl behind it', async () => {
  const body = polluted(
    '{"started_at_ms":1,"images":[{"id":"a","repo_tags":[],"repo_digests":[],"size_bytes":1,"pinned":false}]}',
  );
  const client = createBridgeClient({
    url: 'http://bridge',
    name: 'bridge',
    token: null,
    timeoutMs: 10_000,
    get: getByFetch(async () => new Response(body)),
  });
  const { rows } = await client.images();
  expect(rows).toEqual([
    { id: 'a', repo_tags: [], repo_digests: [], size_bytes: 1, pinned: false, sandbox: null },
  ]);
  const crictl = fakeCrictl({ images: { stdout: polluted('{"images":[{"id":"a1"}]}') } });
  const bridge = createCrictlBridge({
    crictl_config: crictlConfig({ crictl_path: crictl.path }),
    logger: keepingLogger(),
  });
  const read = await bridge.images();
  crictl.cleanup();
  expect(Object.keys(read.rows[0] ?? {})).not.toContain('__proto__');
  expectCleanPrototypes();
});
