/** Runs crictl: directly or by `sudo -n`, whichever this host allows. */
import type { Logger } from '../shared/log/logger.ts';
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

interface Attempt {
  readonly kind: CrictlKind;
  readonly signal: AbortSignal;
  readonly viaSudo: boolean;
  readonly timeoutMs: number;
}

/** With `crictl_sudo: auto` it remembers which way went well, and tries the other when that is refused. */
export function createCrictlRunner(options: CrictlRunnerOptions): CrictlRunner {
  const { configuration, logger, host } = options;
  const { crictl_sudo: sudo, crictl_timeout_ms: timeoutMs } = configuration;
  const finder = crictlFinder(configuration, host);
  const mayChoose = sudo === 'auto' && !host.isRoot;
  let sudoWorks = false;

  const findSudo = (): string | null =>
    findProgram('sudo', [...host.searchPath, ...host.sudoFolders]);

  async function attempt({ kind, viaSudo, ...limits }: Attempt): Promise<string | Problem> {
    const crictlPath = finder.get();
    const args = crictlArguments(kind, configuration);
    const sudoPath = viaSudo ? findSudo() : null;
    if (viaSudo && sudoPath === null) return noSudo(crictlPath);
    const command =
      sudoPath === null
        ? { file: crictlPath, args }
        : { file: sudoPath, args: ['-n', crictlPath, ...args] };
    const result = await run({ ...command, ...limits });
    const endpoint = configuration.crictl_runtime_endpoint;
    const call = { crictlPath, viaSudo, user: host.user, timeoutMs, endpoint };
    return crictlFailure(result, call) ?? result.stdout;
  }

  /** The other way, for a call that was refused. */
  async function otherWay(refused: Problem, other: Attempt): Promise<string> {
    if (other.viaSudo && findSudo() === null) throw refused;
    const outcome = await attempt(other);
    // When both refuse, what sudo said is what can be mended with the least rights.
    if (isRefusal(outcome)) throw other.viaSudo ? outcome : refused;
    const output = unwrap(outcome);
    if (sudoWorks !== other.viaSudo) {
      sudoWorks = other.viaSudo;
      const way = sudoWorks ? 'by sudo: the direct call is refused' : 'directly: sudo refuses';
      logger.log('INFO', `crictl is run ${way}`);
    }
    return output;
  }

  return {
    isInstalled: () => finder.find() !== null,
    run: async (kind, signal) => {
      const deadline = performance.now() + timeoutMs;
      const viaSudo = sudo === true || sudoWorks;
      const outcome = await attempt({ kind, signal, viaSudo, timeoutMs });
      if (!mayChoose || !isRefusal(outcome)) return unwrap(outcome);
      const left = Math.max(MIN_ATTEMPT_MS, deadline - performance.now());
      return otherWay(outcome, { kind, signal, viaSudo: !viaSudo, timeoutMs: left });
    },
  };
}

function isRefusal(outcome: string | Problem): outcome is Problem {
  return outcome instanceof Problem && outcome.code === 'crictl_permission_denied';
}

function noSudo(crictlPath: string): Problem {
  return new Problem(
    'crictl_permission_denied',
    `crictl_config.crictl_sudo asks for sudo to run ${crictlPath}, but sudo is not installed. ` +
      'Install sudo, or run the bridge as root with crictl_sudo false.',
  );
}

function unwrap(outcome: string | Problem): string {
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}
