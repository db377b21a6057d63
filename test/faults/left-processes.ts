/** The processes that a program has started, however they have detached themselves from it. */
import { readdirSync, readFileSync } from 'node:fs';

/** The ids of all processes whose environment has this text, such as a folder on their PATH. */
export function processesWith(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(text));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8'); // a zombie has none
  } catch {
    return ''; // it has ended meanwhile
  }
}
