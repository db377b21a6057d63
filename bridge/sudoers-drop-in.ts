/** The sudoers drop-in that lets a user run exactly the bridge's crictl calls as root. */

export interface SudoersDropInOptions {
  /** A user's name, or `#` and a uid. */
  readonly user: string;
  /** Absolute path of crictl. */
  readonly crictlPath: string;
  /** The complete arguments of each call; sudo refuses any other. */
  readonly argumentLists: readonly (readonly string[])[];
}

/** Characters without a meaning in sudoers once `escaped`: no quotes, comments or wildcards. */
const SAFE_WORD = /^[\w./:=,+@%\\{}` -]+$/;
const SAFE_USER = /^(?:#\d+|[A-Za-z_][\w.@\\-]*\$?)$/;

/**
 * Writes the drop-in, with a newline at its end. sudo compares arguments literally, so each call is
 * listed in full.
 * @throws Error when a value cannot be written literally
 */
export function sudoersDropIn({ user, crictlPath, argumentLists }: SudoersDropInOptions): string {
  if (!SAFE_USER.test(user)) throw new Error(`not a user name for sudoers: ${user}`);
  if (!crictlPath.startsWith('/')) throw new Error(`not an absolute path: ${crictlPath}`);
  const calls = argumentLists.map((args) => [crictlPath, ...args].map(escaped).join(' '));
  return [
    '# Image API: lets its bridge run these crictl calls as root, and nothing else.',
    '# Made by `npm run sudoers`. Make it again when crictl_config, crictl or the container runtime changes.',
    `${user.replaceAll('\\', '\\\\')} ALL=(root) NOPASSWD: ${calls.join(', \\\n    ')}`,
    '',
  ].join('\n');
}

/** Blanks, commas, colons, equals signs and backslashes have a meaning in sudoers unless escaped. */
function escaped(word: string): string {
  if (!SAFE_WORD.test(word)) throw new Error(`cannot be written in sudoers: ${word}`);
  return word.replace(/[,:=\\ ]/g, '\\$&');
}
