/** Tells whether this process has the file descriptors that starting a program takes. */
import { closeSync, openSync } from 'node:fs';
import { codeOf } from '../shared/node/system/error-code.ts';

/** Two pairs of sockets, the pipe that reports a failed exec, and `/dev/null` in the child. */
const NEEDED = 8;

/**
 * Checks before `spawn`. If descriptors run out during `spawn`, Node leaks both pipes of the child that did
 * not start, so that a short shortage becomes permanent.
 * @returns `EMFILE` or `ENFILE`, or null when there are enough
 */
export function descriptorShortage(): string | null {
  const opened: number[] = [];
  try {
    while (opened.length < NEEDED) opened.push(openSync('/dev/null', 'r'));
    return null;
  } catch (err) {
    return codeOf(err) ?? String(err);
  } finally {
    opened.forEach(closeSync);
  }
}
