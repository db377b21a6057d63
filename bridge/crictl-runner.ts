/** Runs crictl: directly or by `sudo -n`, whichever this host allows. */
import type { Logger } from '../shared/ports/logger.ts';
import { Problem } from '../shared/values/problem.ts';
import {
  type CrictlConfiguration,
  type CrictlKind,
  crictlArguments,
  crictlFinder,
} from './crictl-command.ts';
import { crictlFailure } from './crictl-failure.ts';
import { run } from './exec.ts';
import { findProgram, type Host } from './host.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

/** The least time for a second attempt, however long the first one took. */
const MIN_ATTEMPT_MS = 100;

interface CrictlOutput {
  readonly stdout: string;
  /** As in `RuntimeEndpoint`. */
  readonly ambiguous: readonly string[];
}

export interface CrictlRunner {
  /** Runs one call. @throws Problem, any of crictl's codes */
  run(kind: CrictlKind, signal?: AbortSignal): Promise<CrictlOutput>;
  /** True if crictl can be found. */
  isInstalled(): boolean;
}

export interface CrictlRunnerOptions {
  readonly configuration: CrictlConfiguration;
  readonly logger: Logger;
  readonly host: Host;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

interface Attempt {
  readonly kind: CrictlKind;
  readonly signal?: AbortSignal | undefined;
  readonly viaSudo: boolean;
  readonly timeoutMs: number;
}

/** With `crictl_sudo: auto` it remembers which way worked, and tries the other one when that is refused. */
export function createCrictlRunner(options: CrictlRunnerOptions): CrictlRunner {
  const { configuration, logger, host, now } = options;
  const { crictl_sudo: sudo, crictl_timeout_ms: timeoutMs } = configuration;
  const finder = crictlFinder(configuration, host);
  const mayChoose = sudo === 'auto' && !host.isRoot;
  let sudoWorks = false;

  const findSudo = (): string | null =>
    findProgram('sudo', [...host.searchPath, ...host.sudoFolders]);

  async function attempt({ kind, viaSudo, ...limits }: Attempt): Promise<CrictlOutput | Problem> {
    const crictlPath = finder.get();
    const {
      args: endpointArgs,
      endpoint,
      ambiguous,
    } = runtimeEndpoint(configuration.crictl_runtime_endpoint, {
      host,
      crictl: { path: crictlPath, asRoot: viaSudo || host.isRoot },
    });
    const args = crictlArguments(kind, { timeoutMs, endpointArgs });
    const sudoPath = viaSudo ? findSudo() : null;
    if (viaSudo && sudoPath === null) return noSudo(crictlPath);
    const command =
      sudoPath === null
        ? { file: crictlPath, args }
        : { file: sudoPath, args: ['-n', crictlPath, ...args] };
    const result = await run({ ...command, ...limits });
    const call = { crictlPath, viaSudo, user: host.user, timeoutMs, endpoint };
    return crictlFailure(result, call) ?? { stdout: result.stdout, ambiguous };
  }

  /** Tries the other way after a refusal. */
  async function otherWay(refused: Problem, other: Attempt): Promise<CrictlOutput> {
    if (other.viaSudo && findSudo() === null) throw refused;
    const outcome = await attempt(other);
    // When both are refused, the remedy for sudo's refusal needs the fewest rights.
    if (isRefusal(outcome)) throw other.viaSudo ? outcome : refused;
    const output = unwrap(outcome);
    if (sudoWorks !== other.viaSudo) {
      sudoWorks = other.viaSudo;
      const way = sudoWorks
        ? 'with sudo: the direct call is refused'
        : 'without sudo: sudo refuses';
      logger.log('INFO', `crictl runs ${way}`);
    }
    return output;
  }

  return {
    isInstalled: () => finder.find() !== null,
    run: async (kind, signal) => {
      const deadline = now() + timeoutMs;
      const viaSudo = sudo === true || sudoWorks;
      const outcome = await attempt({ kind, signal, viaSudo, timeoutMs });
      if (!mayChoose || !isRefusal(outcome)) return unwrap(outcome);
      const left = Math.max(MIN_ATTEMPT_MS, deadline - now());
      return otherWay(outcome, { kind, signal, viaSudo: !viaSudo, timeoutMs: left });
    },
  };
}

function isRefusal(outcome: CrictlOutput | Problem): outcome is Problem {
  return outcome instanceof Problem && outcome.code === 'crictl_permission_denied';
}

function noSudo(crictlPath: string): Problem {
  return new Problem(
    'crictl_permission_denied',
    `crictl_config.crictl_sudo requires sudo to run ${crictlPath}, but sudo is not installed. ` +
      'Install sudo, or run the bridge as root with crictl_sudo false.',
  );
}

function unwrap(outcome: CrictlOutput | Problem): CrictlOutput {
  if (outcome instanceof Problem) throw outcome;
  return outcome;
}
