/** Who may delete without a token (docs/security.md): real users, real sockets, a real nginx in front. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { freePort } from './free-port.ts';
import { curl, NOBODY, Service } from './service.ts';
import { addTestUser, type TestUser } from './test-user.ts';

const folder = mkdtempSync(join(tmpdir(), 'image-api-nginx-'));
const artifact = '/harbor/artifacts/apps/web/1.0';
const forbidden = { status: 403, body: { code: 'forbidden' } };

let harbor: Awaited<ReturnType<ReturnType<typeof createHarborStandIn>['listen']>>;
let standIn: ReturnType<typeof createHarborStandIn>;
let service: Service;
let unprivileged: Service;
let user: TestUser;
let nginx: ChildProcess;
let proxy = '';

beforeAll(async () => {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'Harbor12345', kind: 'admin' }],
    projects: [{ name: 'apps' }],
  });
  standIn = createHarborStandIn({ registry });
  harbor = await standIn.listen();
  user = addTestUser();
  const config = {
    delete_config: { delete_guard: 'off' },
    harbor_config: {
      harbor_host: harbor.url,
      harbor_username: 'admin',
      harbor_password: 'Harbor12345',
    },
  };
  service = await Service.start({ config });
  unprivileged = await Service.start({ config, account: user });
  await startNginx();
});
afterAll(async () => {
  nginx?.kill('SIGQUIT');
  await service?.stop();
  await unprivileged?.stop();
  await harbor?.close();
  user?.remove();
  rmSync(folder, { recursive: true });
});

it('root may', async () => {
  push();
  const answer = await service.request('DELETE', artifact);

  expect(answer).toMatchObject({ status: 200, body: { deleted: true } });
});

it("root and the service's own user may, where it runs as a user", async () => {
  push();
  const own = await unprivileged.request('DELETE', artifact, { account: user });
  push();
  const root = await unprivileged.request('DELETE', artifact);

  expect(own).toMatchObject({ status: 200, body: { deleted: true } });
  expect(root).toMatchObject({ status: 200, body: { deleted: true } });
});

it('another user may not, and is told what to do', async () => {
  push();
  const answer = await service.request('DELETE', artifact, { account: NOBODY });
  const other = await unprivileged.request('DELETE', artifact, { account: NOBODY });

  expect([answer, other]).toMatchObject([forbidden, forbidden]);
  expect(JSON.stringify(answer.body)).toMatch(/sudo.*write_token/);
  expect(deletions()).toEqual([]);
});

it('nobody may through a bare nginx, root included', async () => {
  push();
  const plain = await curl('DELETE', `${proxy}/bare${artifact}`);
  const headers = await curl('DELETE', `${proxy}/usual${artifact}`);
  const read = await curl('GET', `${proxy}/bare/harbor/artifacts/apps/web`);

  expect([plain, headers]).toMatchObject([forbidden, forbidden]);
  expect(read.status).toBe(200);
  expect(deletions()).toEqual([]);
});

it.each([
  ['an Origin', { Origin: 'http://127.0.0.1' }],
  ['a cross-site fetch', { 'Sec-Fetch-Site': 'cross-site' }],
  ['a same-origin fetch', { 'Sec-Fetch-Site': 'same-origin' }],
  ['a foreign Host, as after DNS rebinding', { Host: 'evil.example' }],
  ['a forwarding header', { 'X-Forwarded-For': '127.0.0.1' }],
])('root may not with %s', async (_, headers) => {
  push();
  const answer = await service.request('DELETE', artifact, { headers });

  expect(answer).toMatchObject(forbidden);
  expect(deletions()).toEqual([]);
});

/** Puts the artifact (back) into the registry and forgets earlier calls. */
function push(): void {
  standIn.registry.push('apps', 'web', { tags: ['1.0'] });
  standIn.calls.length = 0;
}

function deletions(): readonly unknown[] {
  return standIn.calls.filter((call) => call.method === 'DELETE');
}

/** nginx under its usual user: `/bare` has nothing but a proxy_pass, `/usual` the usual headers. */
async function startNginx(): Promise<void> {
  const port = await freePort();
  proxy = `http://127.0.0.1:${port}`;
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
    location /bare/ { proxy_pass ${service.base}/; }
    location /usual/ {
      proxy_pass ${service.base}/;
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
}
`,
  );
  nginx = spawn('nginx', ['-c', path, '-e', join(folder, 'error.log')], { stdio: 'inherit' });
  const failed = once(nginx, 'exit').then(() => Promise.reject(new Error('nginx has ended')));
  await Promise.race([failed, accepting(`${proxy}/bare/livez`)]);
  failed.catch(() => undefined);
}

async function accepting(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => null))?.ok) await sleep(50);
}
