/** Makes the test-only `crictl` executable: one file next to its proto, run by this Node. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Installs the test-only `crictl` into `folder` (made, readable for every user, since sudo and
 * other users run it) and returns its path.
 */
export async function installTestCrictl(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await build({
    entryPoints: [source('./crictl.ts')],
    outfile: join(folder, 'crictl.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // grpc-js is CommonJS and requires Node's own modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await copyFile(source('./runtime.proto'), join(folder, 'runtime.proto'));
  const path = join(folder, 'crictl');
  const wrapper = `#!/bin/sh\nexec ${process.execPath} "$(dirname "$0")/crictl.mjs" "$@"\n`;
  await writeFile(path, wrapper);
  await chmod(path, 0o755);
  return path;
}

function source(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
