/**
 * Waits until the service of this configuration answers `/livez`: `ExecStartPost=` of the unit and
 * health check of a container. Exit code 1 when it has ended, or does not answer in time.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError, loadConfiguration } from '../shared/node/load-configuration.ts';

const WAIT_MS = 20_000;
const PAUSE_MS = 25;

const url = liveUrl();
process.exitCode = (await answers(Date.now() + WAIT_MS)) ? 0 : 1;

async function answers(untilMs: number): Promise<boolean> {
  while (Date.now() < untilMs && isMainProcessAlive()) {
    const signal = AbortSignal.timeout(WAIT_MS);
    const answer = url === null ? null : await fetch(url, { signal }).catch(() => null);
    if (answer?.ok) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

/** Null when the configuration is wrong: the service itself says why, and ends. */
function liveUrl(): string | null {
  const { argv, env } = process;
  try {
    const { configuration } = loadConfiguration({
      argv: argv.slice(2),
      env,
      cwd: process.cwd(),
      sections: ['app_config'],
    });
    const { app_host, app_port } = configuration.app_config;
    return `http://${reachable(app_host)}:${app_port}/livez`;
  } catch (err) {
    if (err instanceof ConfigurationError) return null;
    throw err;
  }
}

/** An address that listens everywhere is reached over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** systemd says in MAINPID whom it has started; elsewhere nobody knows. */
function isMainProcessAlive(): boolean {
  const pid = Number(process.env['MAINPID']);
  if (!Number.isInteger(pid) || pid <= 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    // EPERM: it lives and belongs to another user.
    return err instanceof Error && 'code' in err && err.code === 'EPERM';
  }
}
