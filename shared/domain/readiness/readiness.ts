/** Readiness: whether the host and Harbor can be read and the journal written, with a check for each. */

import pTimeout, { TimeoutError } from 'p-timeout';
import type { Bridge } from '../../ports/bridge.ts';
import type { Journal } from '../../ports/journal.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Registry } from '../../ports/registry.ts';
import { Problem } from '../../values/problem.ts';
import { VERSION } from '../../values/version.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import type { Check, Readiness } from './readiness-answer.ts';

const CHECK_TIMEOUT_MS = 2000;

/** The means of the checks. */
export interface Sources {
  readonly registry: Pick<Registry, 'host' | 'checkCredentials'>;
  readonly bridge: Bridge;
  readonly journal: Journal;
  readonly logger: Logger;
  /** A source that does not answer in this time is down. Default: 2 s. */
  readonly checkTimeoutMs?: number;
}

/** Checks every source now. Takes at most `checkTimeoutMs` and never rejects. */
export async function checkSources(sources: Sources, signal: AbortSignal): Promise<Readiness> {
  const [host, harbor, journal] = await Promise.all([
    checkHost(sources, signal),
    checkHarbor(sources, signal),
    checkJournal(sources, signal),
  ]);
  return readinessOf([...host, ...harbor, ...journal]);
}

/** The result of all checks. A source that is not configured does not count. */
export function readinessOf(found: readonly Check[]): Readiness {
  const configuration: Check = { name: 'configuration', status: 'ok' };
  const checks = [configuration, ...found];
  if (found.some(({ status }) => status === 'starting')) return { status: 'starting', checks };
  const crictl = found.find(({ name }) => name === 'crictl');
  const harbor = found.filter(({ name }) => name.startsWith('harbor'));
  const works = (parts: readonly Check[]) => parts.every(({ status }) => status === 'ok');
  const degraded = found.some(({ status }) => status === 'down' || status === 'differs');
  const anyWorks = (crictl !== undefined && works([crictl])) || works(harbor);
  if (!anyWorks) return { status: 'down', checks };
  return { status: degraded ? 'degraded' : 'ok', checks };
}

/** Runs `crictl images` through the bridge, as the endpoints do. */
export async function checkHost(sources: Sources, signal: AbortSignal): Promise<Check[]> {
  const { bridge } = sources;
  if (!bridge.configured) return [{ name: 'crictl', status: 'not_configured' }];
  const crictl = judge('crictl', sources, signal, (limited) =>
    bridge.images({ signal: () => limited }),
  );
  if (bridge.version === undefined) return [await crictl];
  return Promise.all([checkBridge(bridge.version, sources, signal), crictl]);
}

/** Tells whether a bridge in another process answers and has the same version. */
async function checkBridge(
  ask: NonNullable<Bridge['version']>,
  sources: Sources,
  signal: AbortSignal,
): Promise<Check> {
  let version = VERSION;
  const check = await judge('bridge', sources, signal, async (limited) => {
    ({ version } = await ask({ signal: () => limited }));
  });
  if (check.status !== 'ok' || version === VERSION) return check;
  const detail = `The bridge has version ${version}, and this process ${VERSION}. Update the older one.`;
  return { name: 'bridge', status: 'differs', detail };
}

/** Tells whether Harbor can be reached, and whether it accepts the credentials. */
export async function checkHarbor(
  sources: Sources,
  signal: AbortSignal,
): Promise<readonly [Check, Check]> {
  const { registry } = sources;
  if (registry.host === null) {
    return [
      { name: 'harbor', status: 'not_configured' },
      { name: 'harbor_credentials', status: 'not_configured' },
    ];
  }
  const credentials = await judge('harbor_credentials', sources, signal, (limited) =>
    registry.checkCredentials(limited),
  );
  if (credentials.status === 'ok' || credentials.code === 'harbor_unauthorized') {
    return [{ name: 'harbor', status: 'ok' }, credentials];
  }
  return [{ ...credentials, name: 'harbor' }, credentials];
}

/** Tells whether lines of the journal can be written. Nothing if there is no journal, as most have none. */
export async function checkJournal(sources: Sources, signal: AbortSignal): Promise<Check[]> {
  const { journal } = sources;
  return journal.configured ? [await judge('journal', sources, signal, () => journal.check())] : [];
}

async function judge(
  name: Check['name'],
  { logger, checkTimeoutMs: milliseconds = CHECK_TIMEOUT_MS }: Sources,
  client: AbortSignal,
  look: (signal: AbortSignal) => Promise<unknown>,
): Promise<Check> {
  try {
    // In time even if the source does not react to its signal.
    await withOwnSignal(client, (signal) => pTimeout(look(signal), { milliseconds, signal }));
    return { name, status: 'ok' };
  } catch (err) {
    if (err instanceof Problem) {
      return { name, status: 'down', code: err.code, detail: err.message };
    }
    if (client.aborted || err instanceof TimeoutError) {
      return { name, status: 'down', detail: `No answer within ${milliseconds} ms.` };
    }
    logger.log('ERROR', `the check ${name} failed`, { err });
    return { name, status: 'down', code: 'internal', detail: 'The check failed. See the log.' };
  }
}
