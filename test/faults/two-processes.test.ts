/** Two processes with the same log, port, sockets and journal. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { digestOf, Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { testFolder } from '../support/folder.ts';
import { linesOf } from '../support/journal.ts';
import { startProcess } from '../support/processes.ts';
import { recovery } from './recovery.ts';

const TOKEN = 'write-token-of-ci';
const COUNT = 25;
const env = { INVOCATION_ID: 'of-a-test' };

/** Starts a process, and asks it for `/livez`. */
async function startOne(config: Readonly<Record<string, object>>) {
  const process = startProcess('single', { config, env });
  const { app_port } = config['app_config'] as { readonly app_port: number };
  const url = `http://127.0.0.1:${app_port}`;
  const isAlive = async () => (await (await fetch(`${url}/livez`)).text()) === 'ok\n';
  return { ...process, url, isAlive };
}

it('on one port: the second says so and ends, and the first goes on', async () => {
  const config = { app_config: { app_port: await freePort() } };
  const first = await startOne(config);
  await first.listening;
  const second = await startOne(config);

  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain('EADDRINUSE');
  expect(await first.isAlive()).toBe(true);
  first.kill('SIGTERM');
  await first.ended;
  const third = await startOne(config);
  await recovery('another process had the port', async () =>
    expect(await third.isAlive()).toBe(true),
  );
});

it('on one local socket: the second names the first and ends', async () => {
  const local_socket = join(testFolder(), 'local.sock');
  const configOf = async () => ({ app_config: { app_port: await freePort(), local_socket } });
  const first = await startOne(await configOf());
  await first.listening;
  const second = await startOne(await configOf());

  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain(`is in use by another process (${first.pid})`);
  expect(await first.isAlive()).toBe(true);
  first.kill('SIGKILL');
  await first.ended;
  const third = await startOne(await configOf());
  await recovery('another process had the local socket', async () =>
    expect(await third.isAlive()).toBe(true),
  );
});

it('on one socket of the bridge: the second names the first and ends', async () => {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const config = {
    bridge_config: { bridge_listen: `unix:${join(testFolder(), 'bridge.sock')}` },
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
  };
  const first = startProcess('bridge', { config });
  await first.listening;
  const second = startProcess('bridge', { config });

  expect(await second.ended).toBe(1);
  expect(second.stderr()).toContain(`is in use by another process (${first.pid})`);
  first.kill('SIGKILL');
  await first.ended;
  const third = startProcess('bridge', { config });
  await recovery('another process had the socket of the bridge', () => third.listening);
});

it('on one log: they may start at the same time, a later one warns, and each line of all is there', async () => {
  const log_file = join(testFolder(), 'app.log');
  const configOf = async () => ({ app_config: { app_port: await freePort(), log_file } });
  const [first, second] = [await startOne(await configOf()), await startOne(await configOf())];
  await Promise.all([first.listening, second.listening]);
  const third = await startOne(await configOf());
  await third.listening;
  const ids = Array.from({ length: 2 * COUNT }, (_, index) => `request-${index}`);
  await Promise.all(
    ids.map((id, index) =>
      fetch(`${[first, second, third][index % 3]?.url}/nowhere`, {
        headers: { 'X-Request-Id': id },
      }),
    ),
  );
  await recovery('three processes on one log', async () =>
    expect(requestsIn(`${log_file}.d`).toSorted()).toEqual(ids.toSorted()),
  );

  expect(third.stderr().match(/process \d+ writes to .* too/g)).toHaveLength(1);
});

function requestsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^app\.\d+\.log$/.test(name))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
    .flatMap((line) => (JSON.parse(line) as { readonly request_id?: string }).request_id ?? [])
    .filter((id) => id.startsWith('request-'));
}

it('on one journal: the deletions of both are in it, whole and each once', async () => {
  const digests = Array.from({ length: 2 * COUNT }, (_, index) => digestOf(`web ${index}`));
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [{ name: 'shop', repositories: { web: digests.map((digest) => ({ digest })) } }],
  });
  const standIn = createHarborStandIn({ registry });
  const harbor = await standIn.listen();
  onTestFinished(() => harbor.close());
  const journal_file = join(testFolder(), 'journal.jsonl');
  const configOf = async () => ({
    app_config: { app_port: await freePort(), write_token: { ci: TOKEN } },
    harbor_config: {
      harbor_host: harbor.url,
      harbor_username: 'admin',
      harbor_password: 'secret',
    },
    delete_config: { journal_file, delete_guard: 'off' },
  });
  const [first, second] = [await startOne(await configOf()), await startOne(await configOf())];
  await Promise.all([first.listening, second.listening]);
  const statuses = await Promise.all(
    digests.map(async (digest, index) => {
      const url = [first, second][index % 2]?.url;
      const answer = await fetch(`${url}/harbor/artifacts/shop/web/${digest}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return answer.status;
    }),
  );
  const rowsOf = async (url: string) => (await fetch(`${url}/journal`)).json();
  await recovery('two processes on one journal', async () =>
    expect(await rowsOf(first.url)).toEqual(await rowsOf(second.url)),
  );

  expect(new Set(statuses)).toEqual(new Set([200]));
  const lines = linesOf(journal_file);
  for (const event of ['intent', 'outcome']) {
    const told = lines.filter((line) => line.event === event).map(({ digest }) => digest);
    expect(told.toSorted()).toEqual(digests.toSorted());
  }
});
