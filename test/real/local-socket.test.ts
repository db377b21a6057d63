/** The rights of callers without a token (docs/security.md): real users, real sockets, a real nginx in front. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { freePort } from './free-port.ts';
import { type Account, curl, NOBODY, ROOT, Service } from './service.ts';
import { addTestUser, type TestUser } from './test-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-api-nginx-'));
const artifact = '/harbor/artifacts/apps/web/1.0';
const forbidden = { status: 403, body: { code: 'forbidden' } };

const registry = keptRegistry([{ name: 'apps' }], 'admin');
const standIn = createHarborStandIn({ registry });
let harbor: Awaited<ReturnType<typeof standIn.listen>>;
let user: TestUser;

beforeAll(async () => {
  harbor = await standIn.listen();
  user = addTestUser();
});
afterAll(async () => {
  await harbor?.close();
  user?.remove();
  rmSync(folder, { recursive: true });
});

describe.each([
  ['root', () => ROOT],
  ['a user', () => user],
] as const)('the local socket of a service that runs as %s', (_, account) => {
  it("is for root and the service's user: the file system refuses everyone else", async () => {
    const service = await start({ account: account() });
    push();
    const own = await service.overLocalSocket('DELETE', artifact, account());
    push();
    const root = await service.overLocalSocket('DELETE', artifact);
    push();
    const other = service.overLocalSocket('DELETE', artifact, NOBODY);

    await expect(other).rejects.toThrow(/curl: \(7\)/);
    expect(deletions()).toEqual([]);
    expect(own).toMatchObject({ status: 200, body: { deleted: true } });
    expect(root).toMatchObject({ status: 200, body: { deleted: true } });
    expect(socketOf(service)).toEqual({ mode: '600', uid: account().uid });
  });
});

it('the local socket needs no token for reads, and serves any host name', async () => {
  const service = await start({
    app_config: { read_token: 'the-read-token-of-test', allowed_hosts: ['images.example'] },
  });
  const list = '/harbor/repositories/apps';
  const local = await service.overLocalSocket('GET', list);
  const tcp = await service.request('GET', list);
  const named = await service.request('GET', list, { headers: { Host: 'images.example' } });

  expect(local.status).toBe(200);
  expect(tcp).toMatchObject(forbidden);
  expect(named).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
});

describe('over TCP, without a token', () => {
  it('nobody may delete, not even root, and the answer says how to', async () => {
    const service = await start();
    push();
    const root = await service.request('DELETE', artifact);
    const other = await service.request('DELETE', artifact, { account: NOBODY });

    expect([root, other]).toMatchObject([forbidden, forbidden]);
    expect(JSON.stringify(root.body)).toMatch(/write_token.*sudo curl --unix-socket/);
    expect(deletions()).toEqual([]);
  });

  it.each([
    ['bare', ''],
    ['usual', 'proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;'],
  ])('nobody may through a %s nginx, whose requests come from loopback', async (_, headers) => {
    const service = await start();
    const proxy = await startNginx(service.base, headers);
    push();
    const deletion = await curl('DELETE', `${proxy}${artifact}`);
    const read = await curl('GET', `${proxy}/harbor/artifacts/apps/web`);

    expect(deletion).toMatchObject(forbidden);
    expect(read.status).toBe(200);
    expect(deletions()).toEqual([]);
  });
});

async function start({
  app_config = {},
  account = ROOT,
}: {
  readonly app_config?: object;
  readonly account?: Account;
} = {}): Promise<Service> {
  const service = await Service.start({
    account,
    config: {
      app_config,
      delete_config: { delete_guard: 'off' },
      harbor_config: {
        harbor_host: harbor.url,
        ...LOGIN,
      },
    },
  });
  onTestFinished(() => service.stop());
  return service;
}

function socketOf({ localSocket }: Service) {
  const { mode, uid } = statSync(localSocket);
  return { mode: (mode & 0o777).toString(8), uid };
}

/** Puts the artifact (back) into the registry and forgets earlier calls. */
function push(): void {
  standIn.registry.push('apps', 'web', { tags: ['1.0'] });
  standIn.calls.length = 0;
}

function deletions(): readonly unknown[] {
  return standIn.calls.filter((call) => call.method === 'DELETE');
}

/** nginx under its usual user, in front of `base`. */
async function startNginx(base: string, headers: string): Promise<string> {
  const port = await freePort();
  await chmod(folder, 0o755);
  const path = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    path,
    `
user www-data;
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass ${base}; ${headers} }
  }
}
`,
  );
  const nginx = spawn('nginx', ['-c', path, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
  onTestFinished(() => stopNginx(nginx));
  const failed = once(nginx, 'exit').then(() => Promise.reject(new Error('nginx has ended')));
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([failed, accepting(`${url}/livez`)]);
  failed.catch(() => undefined);
  return url;
}

async function stopNginx(nginx: ChildProcess): Promise<void> {
  const ended = once(nginx, 'exit');
  nginx.kill('SIGQUIT');
  await ended;
}

async function accepting(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => null))?.ok) await sleep(50);
}
