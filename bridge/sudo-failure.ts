/** Turns a refusal of sudo into a problem that says what to do. */
import { Problem } from '../shared/values/problem.ts';

/** How to get a rule. */
export const SUDOERS_ADVICE =
  'Print a drop-in for exactly these calls with `npm run sudoers` and install it in /etc/sudoers.d ' +
  '(again when crictl_config, crictl or the container runtime changes), or run the bridge as root.';

/** sudo's refusals and their remedies; the first match wins. */
const SUDO_REFUSALS: readonly (readonly [pattern: RegExp, what: string, remedy: string])[] = [
  [
    /password is required|terminal is required|no tty present/i,
    'sudo has no rule that allows this call without a password',
    SUDOERS_ADVICE,
  ],
  [/is not allowed to execute/i, 'sudo does not allow this call', SUDOERS_ADVICE],
  [/not in the sudoers file|may not run sudo/i, 'sudo has no rule for this user', SUDOERS_ADVICE],
  [
    /must have a tty/i,
    'sudo requires a terminal',
    'Remove requiretty from /etc/sudoers for this user.',
  ],
  [
    /no new privileges/i,
    'this process may not gain rights',
    'Set NoNewPrivileges=no in the unit, or run the bridge as root with crictl_sudo false.',
  ],
  [
    /effective uid is not 0|must be owned by uid 0/i,
    'sudo is not setuid root here',
    'Run the bridge as root with crictl_sudo false.',
  ],
  [
    /^(?=.*sudoers).*(?:syntax|parse) error|no valid sudoers|initialize policy/i,
    'sudo cannot read its rules',
    'Check them with `visudo -c`.',
  ],
  [
    /(?:^|\s)sudo: not found|sudo: command not found/,
    'sudo is not installed',
    'Install sudo, or run the bridge as root with crictl_sudo false.',
  ],
];

/** The problem when sudo, and not crictl, wrote these lines of stderr; else null. */
export function sudoFailure(
  lines: readonly string[],
  call: { readonly crictlPath: string; readonly user: string },
): Problem | null {
  for (const [pattern, what, remedy] of SUDO_REFUSALS) {
    if (lines.some((line) => pattern.test(line))) {
      return new Problem(
        'crictl_permission_denied',
        `User ${call.user} may not run ${call.crictlPath} as root: ${what}. ${remedy}`,
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
