/**
 * Turns a failed crictl call into a problem that says what to do. Every failure of crictl has exit code 1,
 * so only stderr distinguishes them (docs/crictl.md#exit-codes-prove-nothing).
 */
import { Problem } from '../shared/values/problem.ts';
import type { RunResult } from './exec.ts';
import { SUDOERS_ADVICE, sudoFailure } from './sudo-failure.ts';

/** The call that failed. */
export interface CrictlCall {
  readonly crictlPath: string;
  readonly viaSudo: boolean;
  /** The user of this process. */
  readonly user: string;
  readonly timeoutMs: number;
  /** The socket that was passed to crictl; null: crictl's own choice. */
  readonly endpoint: string | null;
}

/** crictl 1.29 and later stop waiting for a hanging runtime after 5 s, even with a longer timeout. */
const GIVEN_UP =
  /^(?=.*error reading server preface).*(?:use of closed network connection|i\/o timeout)/;

/** Causes by lines of stderr, strongest first: a missing last socket can hide a refused first one. */
const CAUSES: readonly (readonly [pattern: RegExp, make: (call: CrictlCall) => Problem])[] = [
  [/load config file/, configurationUnusable],
  [/permission denied|operation not permitted/i, permissionDenied],
  [/DeadlineExceeded|deadline exceeded/, runtimeHangs],
  [GIVEN_UP, runtimeHangs],
  [/server is not initialized yet/, runtimeStarts],
  [/unknown service runtime|code = Unimplemented/, noCri],
  // execvp runs a file that the kernel cannot execute as a shell script.
  [
    /exec format error|^\S*: \d+: .*(?:syntax error|not found)/i,
    (call) => notStarted('ENOEXEC', call),
  ],
  [
    /no such file or directory|connection refused|connection reset|code = Unavailable|no such host/,
    unreachable,
  ],
];

/** The problem of a failed call; null when the call succeeded (exit code 0, output complete). */
export function crictlFailure(result: RunResult, call: CrictlCall): Problem | null {
  if (result.spawnError !== null) return notStarted(result.spawnError, call);
  if (result.timedOut) return tookTooLong(call);
  if (result.truncated) {
    return new Problem(
      'crictl_bad_output',
      `${call.crictlPath} wrote far more than a list of images or containers and was stopped.`,
    );
  }
  if (result.exitCode === 0) return null;

  const lines = significantLines(result.stderr);
  const sudo = sudoFailure(lines, call);
  if (sudo !== null) return sudo;
  for (const [pattern, make] of CAUSES) {
    const line = lines.find((candidate) => pattern.test(candidate));
    if (line !== undefined) return withReport(make(call), quote([line]));
  }
  const how =
    result.exitCode === null
      ? `was killed by ${result.signal ?? 'a signal'}`
      : `failed with exit code ${result.exitCode}`;
  return withReport(new Problem('crictl_bad_output', `${call.crictlPath} ${how}.`), quote(lines));
}

function notStarted(code: string, call: CrictlCall): Problem {
  const program = call.viaSudo ? 'sudo' : call.crictlPath;
  if (code === 'EACCES' || code === 'EPERM') {
    return new Problem(
      'crictl_permission_denied',
      `User ${call.user} may not execute ${program} (${code}). Make it executable. ${SUDOERS_ADVICE}`,
    );
  }
  if (code === 'ETXTBSY') {
    return new Problem(
      'crictl_not_found',
      `${program} is being replaced (${code}). Try again when it is installed.`,
    );
  }
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE') {
    return new Problem(
      'overloaded',
      `The bridge cannot start another process now (${code}), so ${program} did not run. ` +
        'Check the limits of open files and processes (LimitNOFILE, TasksMax) and the memory.',
      { headers: { 'Retry-After': '1' } },
    );
  }
  return new Problem(
    'crictl_not_found',
    `${program} could not be started (${code}). ` +
      'Check that it exists and is built for this machine, or set crictl_config.crictl_path.',
  );
}

function tookTooLong(call: CrictlCall): Problem {
  return new Problem(
    'crictl_timeout',
    `${call.crictlPath} did not finish within ${call.timeoutMs} ms and was stopped. ` +
      'Check the container runtime, or raise crictl_config.crictl_timeout_ms.',
  );
}

function runtimeHangs(call: CrictlCall): Problem {
  return new Problem(
    'crictl_timeout',
    `The container runtime${at(call)} did not answer in time. ` +
      'Check it (systemctl status containerd or crio), or raise crictl_config.crictl_timeout_ms.',
  );
}

function permissionDenied(call: CrictlCall): Problem {
  const user = call.viaSudo ? 'root (by sudo)' : `user ${call.user}`;
  return new Problem(
    'crictl_permission_denied',
    `${call.crictlPath} as ${user} may not open the container runtime's socket${at(call)}. ` +
      (call.viaSudo
        ? 'Check SELinux or AppArmor.'
        : `Access to it equals root access. ${SUDOERS_ADVICE}`),
  );
}

function noCri(call: CrictlCall): Problem {
  return new Problem(
    'runtime_unreachable',
    `The container runtime${at(call)} does not serve CRI v1. For containerd: remove "cri" from ` +
      'disabled_plugins in its configuration, and use containerd 1.6 or later.',
  );
}

function runtimeStarts(call: CrictlCall): Problem {
  return new Problem(
    'runtime_unreachable',
    `The container runtime${at(call)} is starting. Try again in a few seconds.`,
  );
}

function configurationUnusable(): Problem {
  return new Problem(
    'runtime_unreachable',
    'crictl cannot load its configuration file. Correct the file (CRI_CONFIG_FILE, else ' +
      '/etc/crictl.yaml), or set crictl_config.crictl_runtime_endpoint.',
  );
}

function unreachable(call: CrictlCall): Problem {
  return new Problem(
    'runtime_unreachable',
    `No container runtime answers${at(call)}. Start it (systemctl status containerd or crio), ` +
      'or set crictl_config.crictl_runtime_endpoint to its socket (unix:///path).',
  );
}

function at(call: CrictlCall): string {
  return call.endpoint === null ? '' : ` at ${call.endpoint}`;
}

function withReport(problem: Problem, said: string): Problem {
  if (said === '') return problem;
  return new Problem(problem.code, `${problem.message} The message was: ${said}`);
}

/** The lines without warnings: without a configuration file every call prints some. */
function significantLines(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/\blevel=(?:warning|info|debug)\b/.test(line));
}

/** The last line's message, short and without control characters. */
function quote(lines: readonly string[]): string {
  const last = lines.at(-1) ?? '';
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(last)?.[1]?.replaceAll('\\"', '"') ?? last;
  const clean = message.replace(/\p{C}+/gu, ' ');
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
