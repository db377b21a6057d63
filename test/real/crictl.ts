import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findOnPath } from './path.ts';

/** Copies the crictl of the PATH into `folder`, which other users may read too, and returns its path. */
export async function copyCrictl(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const path = join(folder, 'crictl');
  await copyFile(findOnPath('crictl') ?? 'crictl', path);
  await chmod(path, 0o755);
  return path;
}
