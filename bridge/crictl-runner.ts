/** Runs crictl: directly or by `sudo -n`, whichever this host allows. */
import type { Logger } from '../shared/logger.ts';
import { Problem } from '../shared/problem.ts';
import {
  type CrictlConfiguration,
  type CrictlKind,
  crictlArguments,
  crictlFinder,
} from './crictl-command.ts';
import { crictlFailure } from './crictl-failure.ts';
import { run } from './exec.ts';
import { findProgram, type Host } from './host.ts';

/** Where sudo lies when the PATH does not say. */
const SUDO_FOLDERS = ['/run/wrappers/bin', '/usr/bin', '/usr/local/bin', '/bin'];
/** What a second attempt gets at least, however much of the time the first one took. */
const MIN_ATTEMPT_MS = 100;

export interface CrictlRunner {
  /** Runs one call and answers its stdout. @throws Problem, any of crictl's codes */
  run(kind: CrictlKind, signal: AbortSignal): Promise<string>;
  /** Whether crictl is found at all. */
  isInstalled(): boolean;
}

export interface CrictlRunnerOptions {
  readonly configuration: CrictlConfiguration;
  readonly logger: Logger;
  readonly host: Host;
}

export function createCrictlRunner(options: CrictlRunnerOptions): CrictlRunner {
  const { configuration, logger, host } = options;
  const { crictl_sudo: sudo, crictl_timeout_ms: timeoutMs } = configuration;
  const finder = crictlFinder(configuration, host);
  const mayChoose = sudo === 'auto' && !host.isRoot;
  let viaSudo = sudo === true;

  interface Attempt {
    readonly kind: CrictlKind;
    readonly signal: AbortSignal;
    readonly viaSudo: boolean;
    readonly timeoutMs: number;
  }

  async function attempt(at: Attempt): Promise<string | Problem> {
    const crictlPath = finder.get();
    const call = {
      crictlPath,
      viaSudo: at.viaSudo,
      user: host.user,
      timeoutMs,
      endpoint: configuration.crictl_runtime_endpoint,
    };
    const args = crictlArguments(at.kind, configuration);
    const { signal } = at;
    const result = await (at.viaSudo
      ? run({ ...sudoCall(crictlPath, args), timeoutMs: at.timeoutMs, signal })
      : run({ file: crictlPath, args, timeoutMs: at.timeoutMs, signal }));
    return crictlFailure(result, call) ?? result.stdout;
  }

  function sudoCall(crictlPath: string, args: readonly string[]) {
    const file = findProgram('sudo', [...host.searchPath, ...SUDO_FOLDERS]);
    if (file === null) {
      throw new Problem(
        'crictl_permission_denied',
        `crictl_config.crictl_sudo asks for sudo to run ${crictlPath}, but sudo is not installed. ` +
          'Install sudo, or run the bridge as root with crictl_sudo false.',
      );
    }
    return { file, args: ['-n', crictlPath, ...args] };
  }

  /** The other way, for a call that was refused; remembered when it is not refused as well. */
  async function otherWay(refused: Problem, other: Attempt): Promise<string> {
    const haveSudo = findProgram('sudo', [...host.searchPath, ...SUDO_FOLDERS]) !== null;
    if (other.viaSudo && !haveSudo) throw refused;
    const outcome = await attempt(other);
    if (outcome instanceof Problem && outcome.code === 'crictl_permission_denied') {
      viaSudo = false;
      // What sudo said is what can be mended with least rights.
      throw other.viaSudo ? outcome : refused;
    }
    viaSudo = other.viaSudo;
    const way = viaSudo
      ? 'by sudo, since the direct call is refused'
      : 'directly, since sudo refuses';
    logger.log('INFO', `crictl is run ${way}`);
    return unwrap(outcome);
  }

  return {
    isInstalled: () => finder.find() !== null,
    run: async (kind, signal) => {
      const deadline = performance.now() + timeoutMs;
      const way = viaSudo;
      const outcome = await attempt({ kind, signal, viaSudo: way, timeoutMs });
      const refused = outcome instanceof Problem && outcome.code === 'crictl_permission_denied';
      if (!mayChoose || !refused) return unwrap(outcome);
      const left = Math.max(MIN_ATTEMPT_MS, deadline - performance.now());
      return otherWay(outcome, { kind, signal, viaSudo: !way, timeoutMs: left });
    },
  };
}

function unwrap(outcome: string | Problem): string {
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}
