/** Identifies processes by pid and start time, because a pid may be reused. */
import { readFileSync } from 'node:fs';
import { codeOf } from './error-code.ts';

/**
 * `PID START-TIME` of a running process, from Linux's /proc; null if it has ended, is hidden from this
 * user, or there is no /proc.
 */
export function identityOf(pid: number | 'self'): string | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  // The second field is the name, in parentheses, and may contain spaces. The start time is the 22nd.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, even if its parent has not waited for it yet.
  return /[ZX]/.test(state) ? null : `${stat.split(' ')[0]} ${fields[18]}`;
}

/** Tells whether the process with this identity is still running. */
export function isRunning(identity: string): boolean {
  const [, pid] = /^(\d+) \d+$/.exec(identity.trim()) ?? [];
  return pid !== undefined && identityOf(Number(pid)) === identity.trim();
}

function readStat(pid: number | 'self'): string | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (err) {
    if (/ENOENT|ESRCH/.test(codeOf(err) ?? '')) return null;
    throw err;
  }
}
