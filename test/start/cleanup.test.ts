/** The program of image-api-cleanup.service, as a process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import {
  artifactsWith,
  type CleanupOptions,
  createCleanupService,
  digestOf,
  WRITE,
} from '../support/cleanup.ts';
import { testFolder } from '../support/folder.ts';
import { unreachable } from '../support/nodes.ts';
import { startProcess } from '../support/processes.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/start/cleanup.js', import.meta.url));
const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], ['v4']);

/** Runs the program to its end. */
async function run(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [PROGRAM], { cwd: testFolder(), env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code: code as number, stdout, stderr };
}

/** A service with the policies `nightly` and `none` on a port, and the program's variables for it. */
async function listening(options: Partial<CleanupOptions> = {}) {
  const policies = { nightly: { keep_newest: 2 }, none: { tags: ['nothing'] } };
  const service = createCleanupService({
    artifacts: FOUR,
    config: { cleanup_config: { policies } },
    ...options,
  });
  const { url } = await service.listen();
  const env = { CLEANUP_URL: url, WRITE_TOKEN: WRITE, CLEANUP_POLICY: 'nightly' };
  return { ...service, env };
}

describe('the cleanup program', () => {
  it('only plans by default', async () => {
    const service = await listening();
    const { code, stdout } = await run(service.env);

    expect(stdout).toBe(
      [
        'The policy nightly selects 2 artifacts (3kB). Kept: 2 newest.',
        `  shop/web@${digestOf(1)} (v1, 1kB)`,
        `  shop/web@${digestOf(2)} (v2, 2kB)`,
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect(service.left()).toHaveLength(4);
  });

  it('applies the plan when it is told to', async () => {
    const service = await listening();
    const { code, stdout } = await run({ ...service.env, CLEANUP_APPLY: 'true' });

    expect(stdout).toContain(`deleted: shop/web@${digestOf(1)} (v1, 1kB)\n`);
    expect(stdout).toMatch(/\nDeleted 2 artifacts \(3kB\); kept 0, failed 0\.\n$/);
    expect(code).toBe(0);
    expect(service.left()).toEqual([digestOf(3), digestOf(4)]);
    expect(service.log).toContainEqual(expect.objectContaining({ reason: 'image-api-cleanup' }));
  });

  it('has nothing to apply when the plan is empty', async () => {
    const service = await listening();
    const env = { ...service.env, CLEANUP_POLICY: 'none', CLEANUP_APPLY: 'true' };

    expect(await run(env)).toMatchObject({
      code: 0,
      stdout: 'The policy none selects 0 artifacts (0B). Kept: 4 other_tags.\n',
    });
  });

  it('fails when something could not be deleted', async () => {
    const service = await listening({
      artifacts: artifactsWith(['v1'], ['v2'], ['v3'], ['v4'], ['v5'], ['v6'], ['v7']),
      faults: ({ method }) => {
        if (method === 'DELETE') service.nodes['node-1'] = unreachable('node-1');
        return undefined;
      },
    });
    const { code, stdout } = await run({ ...service.env, CLEANUP_APPLY: 'true' });

    expect(stdout).toMatch(/\nThe cleanup ended early: It is unknown what is in use on node-1\./);
    expect(code).toBe(1);
  });

  it('fails while a node cannot be read', async () => {
    const { env } = await listening({ nodes: { 'node-1': unreachable('node-1') } });
    const { code, stderr } = await run({ ...env, CLEANUP_APPLY: 'true' });

    expect(code).toBe(1);
    expect(stderr).toMatch(/^It is unknown what is in use on node-1\./);
  });

  it('fails when the service cannot be called', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await run({ CLEANUP_URL: url, CLEANUP_POLICY: 'nightly' });

    expect(code).toBe(1);
    expect(stderr).toContain(`The service at ${url} cannot be called`);
  });

  it.each([
    ['no policy', { CLEANUP_POLICY: '' }, 'CLEANUP_POLICY: expected the name'],
    ['an unknown policy', { CLEANUP_POLICY: 'daily' }, 'There is no such policy'],
    ['a wrong flag', { CLEANUP_APPLY: 'perhaps' }, 'CLEANUP_APPLY: expected true or false'],
    ['a URL in plain text', { CLEANUP_URL: 'http://example.test' }, 'CLEANUP_URL: expected'],
    ['no service', { CLEANUP_URL: '' }, 'app_config.local_socket: expected the socket'],
  ])('exits with 78 for %s', async (_, wrong, message) => {
    const { env } = await listening();
    const { code, stderr } = await run({ ...env, ...wrong });

    expect(code).toBe(78);
    expect(stderr).toContain(message);
  });

  it('needs no token over the local socket', async () => {
    const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();
    const crictl = fakeCrictl(NODE);
    const socket = join(testFolder(), 'local.sock');
    const service = startProcess('single', {
      config: {
        app_config: { app_port: await freePort(), local_socket: socket },
        harbor_config: {
          harbor_host: harbor.url,
          harbor_username: DEMO_ACCOUNT.name,
          harbor_password: DEMO_ACCOUNT.password,
        },
        crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
        cleanup_config: { policies: { nightly: { older_than: '4w' } } },
      },
    });
    await service.listening;
    const { code, stdout } = await run({ LOCAL_SOCKET: socket, CLEANUP_POLICY: 'nightly' });
    await harbor.close();
    crictl.cleanup();

    expect(stdout).toMatch(/^The policy nightly selects \d+ artifacts/);
    expect(code).toBe(0);
  });
});
