import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installTestCrictl } from './install.ts';

/** The path of the real crictl where one is on the PATH, else of the test-only one, put into `folder`. */
export async function chooseCrictl(folder: string): Promise<string> {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((at) => join(at, 'crictl'));
  return candidates.find(isExecutable) ?? (await installTestCrictl(folder));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not here: the next folder may have it.
  }
}
