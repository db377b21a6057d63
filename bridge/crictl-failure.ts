/**
 * Turns a failed crictl call into a problem that says what to do. Every failure of crictl is exit
 * code 1: only stderr tells them apart (facts: crictl).
 */
import { Problem } from '../shared/problem.ts';
import type { RunResult } from './exec.ts';

/** The call that failed. */
export interface CrictlCall {
  readonly crictlPath: string;
  readonly viaSudo: boolean;
  /** The user of this process. */
  readonly user: string;
  readonly timeoutMs: number;
  readonly endpoint: string | null;
}

const SUDOERS =
  'Print a drop-in for exactly these calls with `npm run sudoers` and install it in /etc/sudoers.d ' +
  '(again after each change of crictl_config or of the place of crictl), or run the bridge as root.';

/** sudo's refusals, first match wins, each with its mend. */
const SUDO_REFUSALS: readonly (readonly [pattern: RegExp, what: string, mend: string])[] = [
  [
    /password is required|terminal is required|no tty present/i,
    'sudo has no rule without a password for this call',
    SUDOERS,
  ],
  [/is not allowed to execute/i, 'sudo does not allow this call', SUDOERS],
  [/not in the sudoers file|may not run sudo/i, 'sudo knows no rule for this user', SUDOERS],
  [
    /must have a tty/i,
    'sudo wants a terminal',
    'Take requiretty out of /etc/sudoers for this user.',
  ],
  [
    /no new privileges/i,
    'sudo is switched off for this process',
    'Set NoNewPrivileges=no in the unit, or run the bridge as root with crictl_sudo false.',
  ],
  [
    /effective uid is not 0|must be owned by uid 0/i,
    'sudo has no setuid rights here',
    'Run the bridge as root with crictl_sudo false.',
  ],
  [
    /(?:syntax|parse) error.*sudoers|sudoers.*(?:syntax|parse) error|no valid sudoers|initialize policy/i,
    'sudo cannot read its rules',
    'Check them with `visudo -c`.',
  ],
  [
    /(?:^|\s)sudo: not found|sudo: command not found/,
    'sudo is not installed',
    'Install sudo, or run the bridge as root with crictl_sudo false.',
  ],
];

/** What else stderr may say, strongest first: a refused first socket hides behind a missing last one. */
const CAUSES: readonly (readonly [pattern: RegExp, make: (call: CrictlCall) => Problem])[] = [
  [/permission denied|operation not permitted/i, permissionDenied],
  [/DeadlineExceeded|deadline exceeded/, runtimeHangs],
  [/unknown service runtime|code = Unimplemented/, noCri],
  // A file that the kernel cannot execute is tried as a shell script by execvp.
  [
    /exec format error|^\S*: \d+: .*(?:syntax error|not found)/i,
    (call) => notStarted('ENOEXEC', call),
  ],
  [
    /no such file or directory|connection refused|connection reset|code = Unavailable|no such host/,
    unreachable,
  ],
];

/** The problem of a call that did not end well, or null when it did (exit code 0, nothing cut off). */
export function crictlFailure(result: RunResult, call: CrictlCall): Problem | null {
  if (result.spawnError !== null) return notStarted(result.spawnError, call);
  if (result.timedOut) return tookTooLong(call);
  if (result.truncated) {
    return new Problem(
      'crictl_bad_output',
      `${call.crictlPath} wrote more than it ever should, and was ended.`,
    );
  }
  if (result.exitCode === 0) return null;

  const lines = significantLines(result.stderr);
  const said = quote(lines);
  const sudo = sudoProblem(lines, call);
  if (sudo !== null) return sudo;
  for (const [pattern, make] of CAUSES) {
    const line = lines.find((candidate) => pattern.test(candidate));
    if (line !== undefined) return withReport(make(call), quote([line]));
  }
  const how =
    result.exitCode === null
      ? `was ended by ${result.signal ?? 'a signal'}`
      : `failed with exit code ${result.exitCode}`;
  return withReport(new Problem('crictl_bad_output', `${call.crictlPath} ${how}.`), said);
}

function sudoProblem(lines: readonly string[], call: CrictlCall): Problem | null {
  for (const [pattern, what, mend] of SUDO_REFUSALS) {
    if (lines.some((line) => pattern.test(line))) {
      return new Problem(
        'crictl_permission_denied',
        `${call.crictlPath} may not be run as root by user ${call.user}: ${what}. ${mend}`,
      );
    }
  }
  if (lines.some((line) => /^sudo: .*(?:command not found|unable to execute)/.test(line))) {
    return new Problem(
      'crictl_not_found',
      `sudo could not run ${call.crictlPath}. Install crictl there, or correct crictl_config.crictl_path.`,
    );
  }
  return null;
}

function notStarted(code: string, call: CrictlCall): Problem {
  const program = call.viaSudo ? 'sudo' : call.crictlPath;
  if (code === 'EACCES' || code === 'EPERM') {
    return new Problem(
      'crictl_permission_denied',
      `User ${call.user} may not execute ${program} (${code}). Make it executable. ${SUDOERS}`,
    );
  }
  if (code === 'EAGAIN' || code === 'ENOMEM' || code === 'EMFILE' || code === 'ENFILE') {
    return new Problem(
      'overloaded',
      `This machine cannot start another process now (${code}); ${program} was not run.`,
      { headers: { 'Retry-After': '1' } },
    );
  }
  return new Problem(
    'crictl_not_found',
    `${program} could not be started (${code}). ` +
      'Check that it is there and made for this machine, or set crictl_config.crictl_path.',
  );
}

function tookTooLong(call: CrictlCall): Problem {
  return new Problem(
    'crictl_timeout',
    `${call.crictlPath} did not end within ${call.timeoutMs} ms and was ended. ` +
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
      (call.viaSudo ? 'Check SELinux or AppArmor.' : `Its rights equal root's. ${SUDOERS}`),
  );
}

function noCri(call: CrictlCall): Problem {
  return new Problem(
    'runtime_unreachable',
    `The container runtime${at(call)} does not speak CRI v1. For containerd: take "cri" out of ` +
      'disabled_plugins in its configuration, and use containerd 1.6 or later.',
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
  return new Problem(problem.code, `${problem.message} It said: ${said}`);
}

/** Lines that are no mere warnings: those come with every call without a configuration file. */
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
