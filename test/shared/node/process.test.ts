import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../real/free-port.ts';
import { eventually } from '../../support/eventually.ts';
import { testFolder } from '../../support/folder.ts';
import { type RunningProcess, startProcess } from '../../support/processes.ts';
import { rawWebhookHead } from '../../support/raw-webhook.ts';
import { startStranger } from '../../support/stranger.ts';

/** A router with a request under way, which its bridge answers when the test says so. */
async function startBusy(app_config: object = {}) {
  const held: { end(body: string): void }[] = [];
  const bridge = await startStranger((_, outgoing) => held.push(outgoing));
  const app_port = await freePort();
  const router = startProcess('router', {
    config: {
      app_config: { app_port, ...app_config },
      bridge_config: { bridge_url: bridge.url },
    },
  });
  await router.listening;
  const underWay = fetch(`http://127.0.0.1:${app_port}/local-images`, {
    headers: { 'X-Request-Id': 'under-way' },
  }).then(
    (answer) => answer.status,
    () => 'cut',
  );
  await eventually(() =>
    expect(bridge.requests.map(({ headers }) => headers['x-request-id'])).toContain('under-way'),
  );
  const release = () => {
    for (const outgoing of held) outgoing.end('{"started_at_ms":1,"images":[]}');
  };
  return { router, underWay, release };
}

/** Waits until the process stops. */
const stopping = (router: RunningProcess) =>
  eventually(() => expect(router.stderr()).toContain('"msg":"stopping'));

/** A request that goes on this long after a stop is cut. */
const CUT_MS = 9_000;

const levelsOf = (lines: readonly Readonly<Record<string, unknown>>[]) =>
  lines.map(({ level }) => level);

describe('a stop', () => {
  it('with two signals happens once: the running request is answered, and the exit code is 0', async () => {
    const { router, underWay, release } = await startBusy();
    router.kill('SIGTERM');
    await stopping(router);
    router.kill('SIGINT');
    await sleep(100); // it has no trace that could be waited for
    release();

    expect(await underWay).toBe(200);
    expect(await router.ended).toBe(0);
    expect(levelsOf(router.log())).not.toContain('CRITICAL');
    expect(router.log().filter(({ msg }) => String(msg).startsWith('stopping'))).toHaveLength(1);
  });

  it('is ended by a third signal', async () => {
    const { router, underWay } = await startBusy();
    router.kill('SIGINT');
    await stopping(router);
    // Two of one kind could arrive as one.
    router.kill('SIGINT');
    router.kill('SIGTERM');

    expect(await underWay).toBe('cut');
    expect(await router.ended).toBe(1);
  });
});

describe('requests that are cut in their body', () => {
  async function startWithWebhooks() {
    const app_port = await freePort();
    const router = startProcess('router', {
      config: {
        app_config: { app_port },
        webhook_config: { invoke_secret: btoa('24 bytes for the secret!') },
      },
    });
    await router.listening;
    return { router, app_port };
  }

  const descriptorsOf = ({ pid }: RunningProcess) => readdirSync(`/proc/${pid}/fd`).length;

  /** Sends the beginning of a request on a connection of its own. */
  async function begin(port: number) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined); // they are reset
    await once(socket, 'connect');
    socket.write(`${rawWebhookHead()}Content-Length: 100\r\n\r\n{`);
    return socket;
  }

  it('leave no open descriptor, after a thousand of them, half of them reset', async () => {
    const { router, app_port } = await startWithWebhooks();
    const before = descriptorsOf(router);
    for (let batch = 0; batch < 10; batch += 1) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => begin(app_port)));
      await eventually(() => expect(descriptorsOf(router)).toBeGreaterThanOrEqual(before + 100));
      for (const socket of sockets.splice(50)) socket.resetAndDestroy();
      for (const socket of sockets) socket.end();
    }

    await eventually(() => expect(descriptorsOf(router)).toBeLessThan(before + 10));
  });

  it('do not delay a stop', async () => {
    const { router, app_port } = await startWithWebhooks();
    const before = descriptorsOf(router);
    await Promise.all(Array.from({ length: 100 }, () => begin(app_port)));
    await eventually(() => expect(descriptorsOf(router)).toBeGreaterThanOrEqual(before + 100));
    const startedAtMs = performance.now();
    router.kill('SIGTERM');

    expect(await router.ended).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(CUT_MS);
  });
});

describe('SIGHUP', () => {
  it('reopens a log that was moved, and cuts no request', async () => {
    const log_file = join(testFolder(), 'app.log');
    const { router, underWay, release } = await startBusy({ log_file, app_debug: true });
    renameSync(log_file, `${log_file}.1`);
    router.kill('SIGHUP');
    await eventually(() => expect(existsSync(log_file)).toBe(true));
    release();

    expect(await underWay).toBe(200);
    await eventually(() => expect(readFileSync(log_file, 'utf8')).toContain('under-way'));
    router.kill('SIGTERM');
    expect(await router.ended).toBe(0);
  });
});

describe('a config.json that is broken', () => {
  it('ends the start with 78 and one line, even where it is nested 100,000 levels deep', async () => {
    const path = join(testFolder(), 'config.json');
    writeFileSync(path, '['.repeat(100_000));
    const router = startProcess('router', { config: {}, args: ['--config', path, '--'] });

    expect(await router.ended).toBe(78);
    expect(router.stderr()).toBe(
      `${path}: not valid JSON; the nesting is too deep to find the position\n`,
    );
  });
});

it.each([
  ['HARBOR_USERNAME', 'demo:s3cretpass'],
  ['HARBOR_HOST', 'https://demo:s3cretpass@harbor.example'],
])('a password in %s ends the start with 78 and is not printed', async (name, value) => {
  const router = startProcess('router', { config: {}, env: { [name]: value } });

  expect(await router.ended).toBe(78);
  expect(router.stderr()).toContain(`harbor_config.${name.toLowerCase()}: expected`);
  expect(router.stderr()).not.toContain('s3cretpass');
});
