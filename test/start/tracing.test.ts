import { readdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { type CollectedSpan, startCollector } from '../support/collector.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { type StartOptions, startProcess } from '../support/processes.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const CLIENT = 'b7ad6b7169203331';
const headers = { traceparent: `00-${TRACE}-${CLIENT}-01`, tracestate: 'vendor=1' };
const SECRET = 'secret-of-the-query';

/** Much more than the limit of the last export on a loaded machine, and less than that of the SDK. */
const SOON_MS = 8000;

type Environment = Readonly<Record<string, string>>;

async function startService(
  name: string,
  config: StartOptions['config'],
  env: Environment,
  folder?: string,
) {
  const app_port = await freePort();
  const app_config = { app_port, read_token: 'read-token-of-the-test', ...config['app_config'] };
  const started = startProcess(name, {
    config: { ...config, app_config },
    env,
    ...(folder && { folder }),
  });
  await started.listening;
  const get = (path: string, init: RequestInit = {}) => {
    const Authorization = 'Bearer read-token-of-the-test';
    const url = `http://127.0.0.1:${app_port}${path}`;
    return fetch(url, { ...init, headers: { Authorization, ...init.headers } });
  };
  const stop = async () => {
    const startedAtMs = performance.now();
    started.kill('SIGTERM');
    const code = await started.ended;
    return { code, ms: performance.now() - startedAtMs };
  };
  return { get, stop, log: started.log };
}

/** The scripts that a process has loaded, as Node wrote them when it ended. */
function loadedScripts(coverage: string): readonly string[] {
  const texts = readdirSync(coverage).map((name) => readFileSync(join(coverage, name), 'utf8'));
  const reports = texts.map((text) => JSON.parse(text) as { result: readonly { url: string }[] });
  return reports.flatMap(({ result }) => result.map(({ url }) => url));
}

const startSingle = (env: Environment) => startService('single', {}, env);

async function startHarbor() {
  const standIn = createHarborStandIn({ registry: demoRegistry() });
  const harbor = await standIn.listen();
  onTestFinished(() => harbor.close());
  const harbor_config = {
    harbor_host: harbor.url,
    harbor_username: DEMO_ACCOUNT.name,
    harbor_password: DEMO_ACCOUNT.password,
  };
  return { harbor_config, calls: standIn.calls };
}

async function startBridge(env: Environment): Promise<string> {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const url = join(testFolder(), 'bridge.sock');
  const bridge = startProcess('bridge', {
    config: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      bridge_config: { bridge_listen: `unix:${url}` },
    },
    env,
  });
  await bridge.listening;
  return `unix:${url}`;
}

const spanOf = (spans: readonly CollectedSpan[], service: string, name: string) =>
  spans.find((span) => span.service === service && span.name === name);

describe('a router with a collector', () => {
  it('exports one trace with its bridge and its calls of Harbor', async () => {
    const { environment, spans } = await startCollector();
    const { harbor_config, calls } = await startHarbor();
    const bridge_url = await startBridge(environment);
    const config = { harbor_config, bridge_config: { bridge_url } };
    const { get } = await startService('router', config, environment);
    await get(`/images?q=${SECRET}`, { headers });

    const own = await eventually(() => {
      const found = spans().filter(({ traceId }) => traceId === TRACE);
      expect(spanOf(found, 'image-api-bridge', 'GET /v1/images')).toBeDefined();
      expect(spanOf(found, 'image-api-router', 'GET /images')).toBeDefined();
      return found;
    });
    const request = spanOf(own, 'image-api-router', 'GET /images');
    const toBridge = spanOf(own, 'image-api-router', 'GET /v1/images');
    const inBridge = spanOf(own, 'image-api-bridge', 'GET /v1/images');
    const toHarbor = own.filter(({ attributes }) => attributes['image_api.upstream'] === 'harbor');
    expect(request).toMatchObject({
      kind: 2,
      parentSpanId: CLIENT,
      traceState: 'vendor=1',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/images',
        'http.response.status_code': 200,
        'url.path': '/images',
      },
    });
    expect(toBridge).toMatchObject({ kind: 3, parentSpanId: request?.spanId });
    expect(inBridge).toMatchObject({ kind: 2, parentSpanId: toBridge?.spanId });
    expect(toHarbor.length).toBeGreaterThan(1);
    expect(new Set(toHarbor.map((span) => span.parentSpanId))).toEqual(new Set([request?.spanId]));
    const sent = calls.map((call) => call.headers['traceparent']).filter(Boolean);
    expect(new Set(sent)).toEqual(
      new Set(toHarbor.map(({ spanId }) => `00-${TRACE}-${spanId}-01`)),
    );
  });

  it('tells it neither queries nor tokens nor passwords', async () => {
    const { environment, requests, spans } = await startCollector();
    const { harbor_config } = await startHarbor();
    const { get } = await startService('router', { harbor_config }, environment);
    await get(`/harbor/projects?q=${SECRET}`);
    await eventually(() =>
      expect(spanOf(spans(), 'image-api-router', 'GET /harbor/projects')).toBeDefined(),
    );
    const told = requests.map(({ body }) => body).join();
    const secrets = [SECRET, 'read-token-of-the-test', harbor_config.harbor_password];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });

  it('has the code of a problem as the type of its error', async () => {
    const { environment, spans } = await startCollector();
    const harbor_config = { harbor_host: `http://127.0.0.1:${await freePort()}` };
    const { get } = await startService('router', { harbor_config }, environment);
    await get('/harbor/projects');
    const error = { 'error.type': 'harbor_unreachable' };
    await eventually(() => {
      const request = spanOf(spans(), 'image-api-router', 'GET /harbor/projects');
      expect(request).toMatchObject({ attributes: error, status: { code: 2 } });
      const call = spans().find(({ parentSpanId }) => parentSpanId === request?.spanId);
      expect(call).toMatchObject({ kind: 3, attributes: error, status: { code: 2 } });
    });
  });
});

describe('the environment', () => {
  it('names the service and its resource, and the headers of the export', async () => {
    const { environment, requests, spans } = await startCollector();
    const { get } = await startSingle({
      ...environment,
      OTEL_SERVICE_NAME: 'images-of-the-test',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=tenant-1',
    });
    await get('/livez');
    await eventually(() =>
      expect(spanOf(spans(), 'images-of-the-test', 'GET /livez')).toBeDefined(),
    );
    expect(requests[0]?.target).toBe('/v1/traces');
    expect(requests[0]?.headers['x-tenant']).toBe('tenant-1');
    expect(requests[0]?.body).toContain('deployment.environment.name');
  });

  it('may sample: a span that is not exported is passed on as not sampled', async () => {
    const { environment, requests } = await startCollector();
    const { harbor_config, calls } = await startHarbor();
    const env = { ...environment, OTEL_TRACES_SAMPLER: 'always_off' };
    const { get, stop } = await startService('router', { harbor_config }, env);
    await get('/harbor/projects', { headers });
    await stop();
    const sent = calls.map((call) => call.headers['traceparent']).filter(Boolean);
    expect(sent[0]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(requests).toEqual([]);
  });
});

describe('the SDK', () => {
  const isSdk = (url: string) => url.endsWith('/dist/start/opentelemetry.js');

  it.each([
    ['without a collector', {}],
    ['with an empty variable', { OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [
      'if it is disabled',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SDK_DISABLED: 'true' },
    ],
    [
      'if traces are exported nowhere',
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_TRACES_EXPORTER: 'none' },
    ],
  ])('is not loaded %s', async (_what, env) => {
    const coverage = testFolder();
    const { get, stop } = await startSingle({ ...env, NODE_V8_COVERAGE: coverage });
    await get('/livez');
    await stop();
    const loaded = loadedScripts(coverage);
    expect(loaded.some((url) => url.endsWith('/dist/start/single.js'))).toBe(true);
    expect(loaded.filter(isSdk)).toEqual([]);
  });

  it('is loaded for a collector of traces alone', async () => {
    const { environment, spans } = await startCollector();
    const OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = `${environment.OTEL_EXPORTER_OTLP_ENDPOINT}/traces`;
    const coverage = testFolder();
    const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, NODE_V8_COVERAGE: coverage };
    const { get, stop } = await startSingle(env);
    await get('/livez');
    await stop();
    expect(loadedScripts(coverage).filter(isSdk)).toHaveLength(1);
    expect(spans().map(({ name }) => name)).toEqual(['GET /livez']);
  });

  it('is missing if its file was left out: the service runs, and says so', async () => {
    const folder = testFolder();
    const built = fileURLToPath(new URL('../../dist/start', import.meta.url));
    const isKept = (file: string) => basename(file) !== 'opentelemetry.js';
    await cp(built, folder, { recursive: true, filter: isKept });
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const { get, log } = await startService('single', {}, env, folder);
    expect((await get('/livez')).status).toBe(200);
    const msg =
      'spans are not exported: opentelemetry.js is not in the folder of the start command';
    expect(log()).toContainEqual(expect.objectContaining({ level: 'WARNING', msg }));
  });
});

describe('a stop', () => {
  it('exports the last spans', async () => {
    const { environment, spans } = await startCollector();
    const { get, stop } = await startSingle({ ...environment, OTEL_BSP_SCHEDULE_DELAY: '60000' });
    await get('/livez');
    expect((await stop()).code).toBe(0);
    expect(spans().map(({ name }) => name)).toEqual(['GET /livez']);
  });

  it('does not wait for a collector that hangs', async () => {
    const { environment, requests } = await startCollector(() => undefined);
    const { get, stop, log } = await startSingle(environment);
    expect((await get('/livez')).status).toBe(200);
    await eventually(() => expect(requests).not.toEqual([]));
    expect((await get('/livez')).status).toBe(200);
    const { code, ms } = await stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(SOON_MS);
    expect(log().map(({ msg }) => msg)).toContain('the last spans could not be exported in time');
  });
});

describe('a collector that is down', () => {
  it('is logged once, and again when it takes spans', async () => {
    let status = 400;
    const { environment, requests } = await startCollector((_seen, outgoing) =>
      outgoing.writeHead(status).end('{}'),
    );
    const { get, log } = await startSingle(environment);
    const told = () => log().filter(({ msg }) => String(msg).startsWith('spans '));
    for (const rounds of [1, 2, 3]) {
      expect((await get('/livez')).status).toBe(200);
      await eventually(() => expect(requests.length).toBeGreaterThanOrEqual(rounds));
    }
    await eventually(() => expect(told()).toHaveLength(1));
    expect(told()[0]).toMatchObject({ level: 'WARNING', msg: 'spans cannot be exported' });
    status = 200;
    await get('/livez');
    await eventually(() => expect(told()).toHaveLength(2));
    expect(told()[1]).toMatchObject({ msg: 'spans are exported again' });
  });

  it('fails neither the start nor a request', async () => {
    const port = await freePort();
    const { get, stop } = await startSingle({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    expect((await get('/livez')).status).toBe(200);
    const { code, ms } = await stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(SOON_MS);
  });
});
