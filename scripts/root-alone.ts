/** Tells whether only root can change what a path leads to. */
import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { join, resolve } from 'node:path';

/** The limit of Linux. */
const MAX_LINKS = 40;
const STICKY = 0o1000;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Follows the path from `/`, through each of its links, because a user who can replace a file, a folder above
 * it or a link to either can replace the program.
 * @returns the first step that a user other than root can change; null if there is none
 * @throws Error when the path does not exist
 */
export function changeableByOthers(path: string): string | null {
  let links = 0;
  let left = segmentsOf(resolve(path));
  let reached = '/';
  if (canBeChanged(lstatSync(reached))) return reached;
  while (left.length > 0) {
    const [name = '', ...rest] = left;
    const step = join(reached, name);
    const stats = lstatSync(step);
    if (canBeChanged(stats)) return step;
    if (stats.isSymbolicLink()) {
      links += 1;
      if (links > MAX_LINKS) throw new Error(`${path} leads through too many links`);
      left = [...segmentsOf(resolve(reached, readlinkSync(step))), ...rest];
      reached = '/';
    } else {
      left = rest;
      reached = step;
    }
  }
  return null;
}

/** The mode of a link has no meaning. In a sticky folder, only its owner can change an entry. */
function canBeChanged(stats: Stats): boolean {
  if (stats.uid !== 0) return true;
  const isSticky = stats.isDirectory() && (stats.mode & STICKY) !== 0;
  return !stats.isSymbolicLink() && !isSticky && (stats.mode & WRITABLE_BY_OTHERS) !== 0;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
