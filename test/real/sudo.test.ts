/** The service as a user without rights, with the real sudo and the drop-in of `npm run sudoers`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { crictlArgumentLists } from '../../bridge/crictl-command.ts';
import { thisHost } from '../../bridge/host.ts';
import { configurationOf } from '../support/configuration.ts';
import { eventually } from '../support/eventually.ts';
import { Containerd, PAUSE_IMAGE } from './containerd/containerd.ts';
import { copyCrictl } from './crictl.ts';
import { PROJECT } from './project.ts';
import { Service } from './service.ts';
import { addTestUser, type TestUser } from './test-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-api-sudo-'));
const dropIn = '/etc/sudoers.d/image-api-test';
let containerd: Containerd;
let user: TestUser;
let crictl_config: Readonly<Record<string, unknown>>;
let service: Service | undefined;

beforeAll(async () => {
  await chmod(folder, 0o755);
  user = addTestUser();
  containerd = await Containerd.start();
  await containerd.importImage({ names: ['registry.test:9443/apps/web:v1'], title: 'web' });
  crictl_config = {
    crictl_path: await copyCrictl(join(folder, 'bin')),
    crictl_runtime_endpoint: containerd.endpoint,
    crictl_max_age_ms: 0,
  };
});
afterEach(async () => {
  rmSync(dropIn, { force: true });
  await service?.stop();
  service = undefined;
});
afterAll(async () => {
  await containerd?.close();
  user?.remove();
  rmSync(folder, { recursive: true });
});

it('the drop-in is valid and lets the service list images and containers', async () => {
  install(dropInFor(crictl_config));
  service = await start(crictl_config);

  const images = await service.request('GET', '/local-images');
  const check = execFileSync('visudo', ['-c', '-f', dropIn], { encoding: 'utf8' });

  expect(check).toContain('parsed OK');
  expect(images.status).toBe(200);
  expect(images.body).toContainEqual(
    expect.objectContaining({ repository: 'registry.test:9443/apps/web', tag: 'v1' }),
  );
});

it('without the drop-in the answer names the command that prints it', async () => {
  service = await start(crictl_config);

  const images = await service.request('GET', '/local-images');

  expect(images).toMatchObject({ status: 503, body: { code: 'crictl_permission_denied' } });
  expect(JSON.stringify(images.body)).toContain('npm run');
});

it('a drop-in for other arguments is refused in the same way, and works after it is printed again', async () => {
  install(dropInFor({ ...crictl_config, crictl_timeout_ms: 5000 }));
  service = await start(crictl_config);

  const refused = await service.request('GET', '/local-images');
  install(dropInFor(crictl_config));
  const healed = await service.request('GET', '/local-images');

  expect(refused).toMatchObject({ status: 503, body: { code: 'crictl_permission_denied' } });
  expect(healed.status).toBe(200);
});

it('the drop-in lets the user make every call of the bridge', () => {
  install(dropInFor(crictl_config));
  const crictlPath = String(crictl_config['crictl_path']);
  const configuration = configurationOf({ crictl_config }).crictl_config;
  const calls = crictlArgumentLists(configuration, { host: thisHost(), crictlPath });
  const answers = calls.map((args) =>
    execFileSync('sudo', ['-n', crictlPath, ...args], { ...user, encoding: 'utf8' }),
  );

  expect(answers).toEqual([
    expect.stringContaining('"images"'),
    expect.stringContaining('"containers"'),
    expect.stringContaining('RuntimeName:  containerd'),
    expect.stringContaining('"imageFilesystems"'),
    `${PAUSE_IMAGE}\n`,
    expect.stringContaining('crictl inspectp'), // without a pod
  ]);
});

it('a drop-in of an earlier version lets the service read all but the facts about the runtime', async () => {
  const lines = dropInFor(crictl_config).split(', \\\n');
  install(`${lines.slice(0, 2).join(', \\\n')}\n`);
  service = await start(crictl_config);
  const outdated = await service.request('GET', '/nodes');
  await service.stop();
  install(dropInFor(crictl_config));
  service = await start(crictl_config);
  const anew = service;

  const node = { status: 'ok', images: 2, containers: 0 };
  expect(outdated.body).toMatchObject({ nodes: [{ ...node, runtime: null }] });
  // A reading waits only briefly for the facts.
  await eventually(async () =>
    expect((await anew.request('GET', '/nodes')).body).toMatchObject({
      nodes: [{ ...node, runtime: { name: 'containerd' } }],
    }),
  );
});

it('the drop-in does not show the rest of crictl info, which may contain passwords', () => {
  install(dropInFor(crictl_config));
  const endpoint = containerd.endpoint;
  const globals = ['--timeout', '9s', '--runtime-endpoint', endpoint, '--image-endpoint', endpoint];
  const info = ['-n', String(crictl_config['crictl_path']), ...globals, 'info'];

  expect(() => execFileSync('sudo', info, { ...user, stdio: 'pipe' })).toThrow(
    /password is required|not allowed/,
  );
});

it('the drop-in allows nothing else', () => {
  install(dropInFor(crictl_config));
  const other = ['-n', '-l', String(crictl_config['crictl_path']), 'rmi', '--all'];

  expect(() => execFileSync('sudo', other, { ...user, stdio: 'pipe' })).toThrow();
  expect(execFileSync('sudo', ['-n', '-l'], { ...user, encoding: 'utf8' })).not.toContain('*');
});

it('crictl_sudo true works, and false shows the refusal of the socket itself', async () => {
  install(dropInFor(crictl_config));
  service = await start({ ...crictl_config, crictl_sudo: true });
  const allowed = await service.request('GET', '/local-images');
  await service.stop();
  service = await start({ ...crictl_config, crictl_sudo: false });
  const refused = await service.request('GET', '/local-images');

  expect(allowed.status).toBe(200);
  expect(refused).toMatchObject({ status: 503, body: { code: 'crictl_permission_denied' } });
});

async function start(config: typeof crictl_config): Promise<Service> {
  return await Service.start({ account: user, config: { crictl_config: config } });
}

/** What `npm run sudoers USER` prints for the configuration. */
function dropInFor(config: typeof crictl_config): string {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify({ crictl_config: config }));
  const args = ['run', '--silent', 'sudoers', user.name, '--', '--config', path];
  return execFileSync('npm', args, { cwd: PROJECT, encoding: 'utf8' });
}

function install(text: string): void {
  writeFileSync(dropIn, text, { mode: 0o440 });
}
