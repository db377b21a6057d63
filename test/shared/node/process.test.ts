import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '../../real/free-port.ts';
import { testFolder } from '../../support/bridge.ts';
import { startProcess } from '../../support/processes.ts';
import { startStranger } from '../../support/router.ts';

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
  await vi.waitUntil(() =>
    bridge.requests.some(({ headers }) => headers['x-request-id'] === 'under-way'),
  );
  const release = () => {
    for (const outgoing of held) outgoing.end('{"started_at_ms":1,"images":[]}');
  };
  return { router, underWay, release };
}

const levelsOf = (lines: readonly Readonly<Record<string, unknown>>[]) =>
  lines.map(({ level }) => level);

describe('a stop', () => {
  it('that is asked for twice is one: the request under way is answered, and the exit code is 0', async () => {
    const { router, underWay, release } = await startBusy();
    router.kill('SIGTERM');
    await sleep(20);
    router.kill('SIGINT');
    await sleep(200);
    release();

    expect(await underWay).toBe(200);
    expect(await router.ended).toBe(0);
    expect(levelsOf(router.log())).not.toContain('CRITICAL');
    expect(router.log().filter(({ msg }) => String(msg).startsWith('stopping'))).toHaveLength(1);
  });

  it('is cut by a third signal', async () => {
    const { router, underWay } = await startBusy();
    router.kill('SIGINT');
    await sleep(20);
    router.kill('SIGINT');
    await sleep(20);
    router.kill('SIGINT');

    expect(await underWay).toBe('cut');
    expect(await router.ended).toBe(1);
  });
});

describe('SIGHUP', () => {
  it('reopens the log where it was moved away, and cuts nothing', async () => {
    const log_file = join(testFolder(), 'app.log');
    const { router, underWay, release } = await startBusy({ log_file, app_debug: true });
    renameSync(log_file, `${log_file}.1`);
    router.kill('SIGHUP');
    await vi.waitUntil(() => existsSync(log_file));
    release();

    expect(await underWay).toBe(200);
    await vi.waitUntil(() => readFileSync(log_file, 'utf8').includes('under-way'));
    router.kill('SIGTERM');
    expect(await router.ended).toBe(0);
  });
});

describe('a config.json that is broken', () => {
  it('ends the start with 78 and one line, even where it is nested 100,000 levels deep', () => {
    const path = join(testFolder(), 'config.json');
    writeFileSync(path, '['.repeat(100_000));
    const script = fileURLToPath(new URL('../../../start/router.ts', import.meta.url));
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), script, '--config', path],
      { encoding: 'utf8' },
    );

    expect(status).toBe(78);
    expect(stderr).toBe(`${path}: not valid JSON, and nested too deeply to say where\n`);
  });
});
