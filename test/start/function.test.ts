import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../real/free-port.ts';
import { bodyOf } from '../support/body.ts';
import { startBridge } from '../support/bridge.ts';
import { testFolder } from '../support/folder.ts';
import { startProcess } from '../support/processes.ts';
import { createRouter } from '../support/router.ts';

/** Starts one function alone. */
async function startFunction(name: string, sections: Readonly<Record<string, object>> = {}) {
  const app_port = await freePort();
  const config = { ...sections, app_config: { app_port, ...sections['app_config'] } };
  const running = startProcess('function', { config, args: [name] });
  await running.listening;
  const url = `http://127.0.0.1:${app_port}`;
  return { running, url, get: (path: string) => fetch(`${url}${path}`) };
}

describe('a function alone', () => {
  it('answers its own route, and 404 to the others', async () => {
    const { socket } = await startBridge();
    const bridge_config = { bridge_url: `unix:${socket}` };
    const { get } = await startFunction('local-images', { bridge_config });
    const own = await get('/local-images');
    const other = await get('/images');

    expect(own.status).toBe(200);
    expect(await own.json()).toContainEqual(
      expect.objectContaining({ repository: '127.0.0.1:5050/library/app', tag: 'v2' }),
    );
    expect([other.status, (await bodyOf(other)).code]).toEqual([404, 'not_found']);
  });

  it('shows only itself in its metrics, and reads nothing for them', async () => {
    const { get } = await startFunction('metrics', { metrics_config: { refresh_ms: 1 } });
    const text = await (await get('/metrics')).text();

    expect(text).toContain('image_api_build_info{');
    expect(text).not.toMatch(/image_api_(node_|drift_|running_|source_|metrics_refresh)/);
  });

  it('reads only the sections that it needs', async () => {
    const { running, get } = await startFunction('openapi', {
      harbor_config: { harbor_timeout_ms: 'abc', harbor_password: 'the-password' },
      webhook_config: { notify_url: 'no url' },
      crictl_config: { crictl_timeout_ms: 'abc' },
    });

    expect((await get('/openapi.json')).status).toBe(200);
    expect(running.stderr()).not.toContain('the-password');
  });

  it.each([['nothing'], ['../router']])(
    '%s is none: exit code 64, with the names',
    async (name) => {
      const running = startProcess('function', { config: {}, args: [name] });

      expect(await running.ended).toBe(64);
      expect(running.stderr()).toContain('local-images, harbor-projects');
    },
  );

  it('reports an unknown option as the other commands do: exit code 78, in one line', async () => {
    const running = startProcess('function', { config: {}, args: ['openapi', '--nothing'] });

    expect(await running.ended).toBe(78);
    expect(running.stderr()).toMatch(/^Unknown option '--nothing'.*\n$/);
  });

  it('behind a router fails alone when it ends', async () => {
    const { socket } = await startBridge();
    const bridge_config = { bridge_url: `unix:${socket}` };
    const [images, openapi] = await Promise.all([
      startFunction('local-images', { bridge_config }),
      startFunction('openapi'),
    ]);
    const { get } = createRouter({
      bridge_config: { bridge_url: `unix:${join(testFolder(), 'none.sock')}` },
      router_config: { function_urls: { 'local-images': images.url, openapi: openapi.url } },
    });
    const before = await get('/local-images');
    const direct = await images.get('/local-images');
    images.running.kill('SIGKILL');
    await images.running.ended;
    const after = await get('/local-images');

    expect([before.status, await before.text()]).toEqual([200, await direct.text()]);
    expect([after.status, (await bodyOf(after)).code]).toEqual([502, 'function_unavailable']);
    expect((await get('/openapi.json')).status).toBe(200);
  });
});
