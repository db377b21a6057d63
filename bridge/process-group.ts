/** Signals to the process group of a program: the program and what it has started. */
import { codeOf } from '../shared/node/system/error-code.ts';

/** @returns false if the whole group has ended */
export function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (err) {
    // EPERM: sudo runs as root; its crictl ends by its own --timeout.
    return codeOf(err) !== 'ESRCH';
  }
}
