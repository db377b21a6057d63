/** How many more files this process may open. */
import { readdirSync, readFileSync } from 'node:fs';

/** Node raises the soft limit to the hard one at its start. @returns Infinity where the system does not say it */
export function freeDescriptors(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    const limit = Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Infinity);
    return limit - readdirSync('/proc/self/fd').length;
  } catch {
    return Infinity; // not Linux
  }
}
