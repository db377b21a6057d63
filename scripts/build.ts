/**
 * `npm run build`: builds the start commands for Node into dist/start/, and each function into
 * dist/functions/ and dist/lambda/. With `--if-stale` (`npm start`) it builds the start commands only,
 * and only if a source file is newer than the build.
 */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildFunctions } from './build-functions.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['bridge', 'functions', 'shared', 'start', 'scripts/build.ts', 'package-lock.json'];

if (!process.argv.includes('--if-stale')) await Promise.all([buildStarts(), buildFunctions(root)]);
else if (!(await isFresh())) await buildStarts();

async function buildStarts(): Promise<void> {
  // Built in another folder and then renamed, because another start command may build at the same time.
  const target = path.join(root, 'dist/start');
  const outdir = path.join(root, `dist/.start-${process.pid}`);
  const starts = (await readdir(path.join(root, 'start'))).filter((name) => name !== 'demo.ts');
  await build({
    entryPoints: starts.map((name) => path.join(root, 'start', name)),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: true,
    minify: false,
    legalComments: 'none',
    // The "main" of jsonc-parser is UMD, whose `require` a bundler does not resolve.
    mainFields: ['module', 'main'],
    // CommonJS packages in the bundle call `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  await rm(target, { recursive: true, force: true });
  await rename(outdir, target).catch(() => rm(outdir, { recursive: true })); // the other command was faster
}

async function isFresh(): Promise<boolean> {
  const built = await stat(path.join(root, 'dist/start/single.js')).catch(() => null);
  if (built === null) return false;
  const newest = Math.max(
    ...(await Promise.all(SOURCES.map((name) => newestIn(path.join(root, name))))),
  );
  return built.mtimeMs >= newest;
}

async function newestIn(target: string): Promise<number> {
  const found = await stat(target);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(target);
  const inside = await Promise.all(names.map((name) => newestIn(path.join(target, name))));
  return Math.max(found.mtimeMs, ...inside);
}
