import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { type FakeCrictl, fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { bodyOf } from '../support/body.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { keptSocket, type StartOptions, startProcess } from '../support/processes.ts';
import { startStranger } from '../support/stranger.ts';

let crictl: FakeCrictl;
let socket = '';

beforeEach(() => {
  crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  socket = join(testFolder(), 'bridge.sock');
});

/** Starts a bridge; its runs are shared for long, so that only `no-cache` makes new ones. */
async function startBridge(options: Partial<StartOptions> = {}) {
  const bridge = startProcess('bridge', {
    config: {
      crictl_config: {
        crictl_path: crictl.path,
        crictl_sudo: false,
        crictl_max_age_ms: 60_000,
      },
      bridge_config: { bridge_listen: `unix:${socket}` },
    },
    ...options,
  });
  await bridge.listening;
  return bridge;
}

/** Starts a router and sends requests to it. */
async function startRouter(
  sections: StartOptions['config'] = {},
  env: Readonly<Record<string, string>> = {},
) {
  const app_port = await freePort();
  const router = startProcess('router', {
    config: {
      bridge_config: { bridge_url: `unix:${socket}` },
      metrics_config: { refresh_ms: 0 }, // runs of crictl are counted
      ...sections,
      app_config: { app_port, ...sections['app_config'] },
    },
    env,
  });
  await router.listening;
  const get = (path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${app_port}${path}`, init);
  return { router, get };
}

async function startHarbor() {
  const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();
  onTestFinished(() => harbor.close());
  return {
    harbor_host: harbor.url,
    harbor_username: DEMO_ACCOUNT.name,
    harbor_password: DEMO_ACCOUNT.password,
  };
}

/** Waits until the router has checked the host, because that run would be counted too. */
async function settled(get: (path: string) => Promise<Response>): Promise<void> {
  await eventually(async () => expect(await (await get('/readyz')).text()).not.toBe('starting\n'));
}

const noCache = { headers: { 'Cache-Control': 'no-cache' } };

describe('the nodes', () => {
  it('are read from a file of their own, and told at the start', async () => {
    await startBridge();
    const file = join(testFolder(), 'nodes.json');
    const nodes = {
      'node-1': { bridge_url: `unix:${socket}` },
      'node-2': {
        bridge_url: `http://127.0.0.1:${await freePort()}`,
        bridge_token: 'the-token-of-test',
      },
    };
    writeFileSync(file, JSON.stringify(nodes));
    const { router, get } = await startRouter({ bridge_config: {} }, { NODES_FILE: file });
    expect(await bodyOf(await get('/nodes'))).toMatchObject({
      complete: false,
      nodes: [
        { name: 'node-1', status: 'ok', images: expect.any(Number) },
        { name: 'node-2', status: 'unreadable', error: { code: 'bridge_unavailable' } },
      ],
    });
    expect(router.log()).toContainEqual(expect.objectContaining({ nodes: '2 configured' }));
    expect(router.stderr()).not.toContain('the-token-of-test');
  });
});

describe('a router over its bridge', () => {
  it('answers with the rows of the bridge and their age, and reads again for no-cache', async () => {
    await startBridge();
    const { get } = await startRouter();
    await settled(get);
    const calls = crictl.calls().length;
    const kept = await get('/local-images');
    const anew = await get('/local-images', noCache);

    expect([kept.status, anew.status]).toEqual([200, 200]);
    expect(Number(kept.headers.get('age'))).toBeGreaterThanOrEqual(0);
    expect(anew.headers.get('age')).toBe('0');
    expect(await kept.text()).toBe(await anew.text());
    expect(crictl.calls()).toHaveLength(calls + 1);
  });

  it("writes its request id into both logs, and the bridge's own codes into its answers", async () => {
    crictl.answer('images', { exitCode: 1, stderr: 'connect: permission denied' });
    const bridge = await startBridge();
    const { get, router } = await startRouter();
    const answer = await get('/local-images', { headers: { 'X-Request-Id': 'seen-twice' } });
    const line = expect.objectContaining({ request_id: 'seen-twice' });

    expect([answer.status, (await bodyOf(answer)).code]).toEqual([503, 'crictl_permission_denied']);
    await eventually(() => expect(bridge.log()).toContainEqual(line));
    await eventually(() => expect(router.log()).toContainEqual(line));
  });
});

describe('a bridge that disappears', () => {
  it('leaves the endpoints of Harbor unharmed, and is used again when it is back', async () => {
    const first = await startBridge();
    const { get } = await startRouter({ harbor_config: await startHarbor() });
    const before = (await get('/local-images')).status;
    first.kill('SIGKILL');
    await first.ended;
    const absent = await get('/local-images');
    const projects = await get('/harbor/projects');
    const images = await bodyOf(await get('/images'));
    await startBridge();
    const after = (await get('/local-images')).status;

    expect([before, absent.status, after]).toEqual([200, 503, 200]);
    expect((await bodyOf(absent)).code).toBe('bridge_unavailable');
    expect(projects.status).toBe(200);
    expect(images['errors']).toEqual([
      { source: 'containerd', error: expect.stringContaining('bridge_unavailable') },
    ]);
  });

  it('while a read is under way: the read is tried once more, and waits in the socket', async () => {
    const socketFd = keptSocket(socket);
    const first = await startBridge({ socketFd });
    const { get } = await startRouter();
    await settled(get);
    crictl.answer('images', { hang: true });
    const before = crictl.calls().length;
    const asked = get('/local-images', noCache);
    await eventually(() => expect(crictl.calls()).toHaveLength(before + 1));
    crictl.answer('images', NODE.images ?? {});
    first.kill('SIGKILL');
    await first.ended;
    await startBridge({ socketFd });

    expect((await asked).status).toBe(200);
    process.kill(crictl.pids()[before] ?? Number.NaN, 'SIGKILL'); // the killed bridge could not
  });
});

describe('/readyz of a router', () => {
  const checksOf = async (get: (path: string) => Promise<Response>) =>
    (await bodyOf(await get('/readyz?verbose')))['checks'];

  it('reports that the bridge works', async () => {
    await startBridge();
    const { get } = await startRouter();
    await settled(get);

    expect(await checksOf(get)).toContainEqual({ name: 'bridge', status: 'ok' });
    expect(await (await get('/readyz')).text()).toBe('ok\n');
  });

  it('reports that the bridge has another version', async () => {
    const { url } = await startStranger(({ target }, outgoing) =>
      outgoing.end(
        JSON.stringify(
          target === '/v1/version'
            ? { version: '99.0.0', wire_version: 1, more: true }
            : { started_at_ms: 1, images: [] },
        ),
      ),
    );
    const { get } = await startRouter({ bridge_config: { bridge_url: url } });
    await settled(get);

    expect(await checksOf(get)).toContainEqual({
      name: 'bridge',
      status: 'differs',
      detail: expect.stringContaining('99.0.0'),
    });
    expect(await (await get('/readyz')).text()).toBe('degraded\n');
  });

  it('reports that there is no bridge', async () => {
    const { get } = await startRouter();
    await settled(get);

    expect(await checksOf(get)).toContainEqual(
      expect.objectContaining({ name: 'bridge', status: 'down', code: 'bridge_unavailable' }),
    );
  });
});

it('without bridge_url serves Harbor, and answers bridge_unavailable for the host', async () => {
  const { get } = await startRouter({ bridge_config: {}, harbor_config: await startHarbor() });

  expect((await get('/harbor/projects')).status).toBe(200);
  expect((await bodyOf(await get('/local-images'))).detail).toContain('bridge_config.bridge_url');
});
