/** Removes a folder into which a process writes. */
import { renameSync, rmSync } from 'node:fs';

/** Renamed first: a file that appears while it is emptied would keep the folder. */
export function removeAtOnce(folder: string): void {
  const aside = `${folder}.removed`;
  renameSync(folder, aside);
  rmSync(aside, { recursive: true });
}
