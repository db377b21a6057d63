/** Waits for a service of this configuration to answer `/livez`. */
import { sleep } from '../../values/waiting/sleep.ts';
import { ConfigurationError } from '../configuration/configuration-error.ts';
import { type LoadOptions, loadConfiguration } from '../configuration/load-configuration.ts';
import { codeOf } from '../system/error-code.ts';

const WAIT_MS = 20_000;
const PAUSE_MS = 25;

/**
 * Tells whether the service answers within 20 s. Returns false immediately if the process that systemd started
 * (`MAINPID`) ends.
 */
export async function waitUntilLive(options: LoadOptions, waitMs = WAIT_MS): Promise<boolean> {
  const url = liveUrl(options);
  const signal = AbortSignal.timeout(waitMs);
  const mainPid = Number(options.env['MAINPID'] ?? 0);
  while (!signal.aborted && (mainPid === 0 || exists(mainPid))) {
    const answer = url === null ? null : await fetch(url, { signal }).catch(() => null);
    if (answer?.ok) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

/** Finds the URL to ask; null if the configuration is wrong, which the service itself reports before it ends. */
function liveUrl(options: LoadOptions): string | null {
  // Secrets do not matter here, and systemd 252 hides credentials from ExecStartPost.
  const { IMAGE_API_CONFIG, APP_HOST, APP_PORT } = options.env;
  const env = { IMAGE_API_CONFIG, APP_HOST, APP_PORT };
  try {
    const { configuration } = loadConfiguration({ ...options, env, sections: ['app_config'] });
    const { app_host, app_port } = configuration.app_config;
    return `http://${reachable(app_host)}:${app_port}/livez`;
  } catch (err) {
    if (err instanceof ConfigurationError) return null;
    throw err;
  }
}

/** A wildcard address is reached over loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Asks with a signal: a unit with PrivateUsers= and ProtectProc= does not see its main process in /proc. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (err) {
    return codeOf(err) !== 'ESRCH';
  }
}
