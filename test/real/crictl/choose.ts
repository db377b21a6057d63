import { findOnPath } from '../path.ts';
import { installTestCrictl } from './install.ts';

/** The path of the real crictl where one is on the PATH, else of the test-only one, put into `folder`. */
export async function chooseCrictl(folder: string): Promise<string> {
  return findOnPath('crictl') ?? (await installTestCrictl(folder));
}
