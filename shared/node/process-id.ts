/** Which process a number stands for: a pid alone may belong to another one by now. */
import { readFileSync } from 'node:fs';
import { codeOf } from './error-code.ts';

/**
 * `PID START-TIME` of a process that runs, from Linux's /proc; null when it has ended, is hidden
 * from this user, or there is no /proc.
 */
export function identityOf(pid: number | 'self'): string | null {
  const stat = readStat(pid);
  if (stat === null) return null;
  // The second field is the name, in parentheses, and may hold spaces; start time is the 22nd.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended, whenever its parent takes note of it.
  return /[ZX]/.test(state) ? null : `${stat.split(' ')[0]} ${fields[18]}`;
}

/** Whether the process that had this identity still runs. */
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
