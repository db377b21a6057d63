/** Builds the start commands for Node in dist/start/: each is one file, and the SDK that exports spans is another. */
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { uiAssetsPlugin } from './ui-assets-plugin.ts';

const SOURCES = [
  'bridge',
  'functions',
  'shared',
  'start',
  'scripts/build-starts.ts',
  'scripts/ui-assets-plugin.ts',
  'package-lock.json',
];

/** The modules that start commands load when they first need them, so that they cost no start and no memory before. */
const LOADED_LATER = ['shared/node/tracing/opentelemetry.ts', 'shared/node/upstreams/undici.ts'];

/** Makes a file of each, instead of esbuild's splitting, which would break each start command into many files. */
const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(building) {
    for (const name of LOADED_LATER.map((file) => path.basename(file, '.ts'))) {
      building.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.js`, external: true } : null,
      );
    }
  },
};

/** Leaves date-fns out: pino-roll calls it only for logs that roll by the date, and the service's roll by their size. */
const noDateFunctions: Plugin = {
  name: 'no-date-functions',
  setup(building) {
    building.onResolve({ filter: /^date-fns$/ }, () => ({
      path: 'date-fns',
      namespace: 'no-date-functions',
    }));
    building.onLoad({ filter: /.*/, namespace: 'no-date-functions' }, () => ({
      contents: 'module.exports = {};',
    }));
  },
};

/** The options that build a program as one file for Node. */
export const NODE_BUILD: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  // Names stay, for stack traces. Smaller files take less time to compile at the start.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // The "main" of jsonc-parser is UMD, whose `require` a bundler does not resolve.
  mainFields: ['module', 'main'],
  // CommonJS packages in the bundle call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [uiAssetsPlugin, loadedLater, noDateFunctions],
  logLevel: 'warning',
};

/** Builds them. `root` is the project's folder. */
export async function buildStarts(root: string): Promise<void> {
  // Built in another folder and then renamed, because another start command may build at the same time.
  const target = path.join(root, 'dist/start');
  const outdir = path.join(root, `dist/.start-${process.pid}`);
  const starts = (await readdir(path.join(root, 'start'))).filter((name) => name !== 'demo.ts');
  await build({
    entryPoints: [...starts.map((name) => `start/${name}`), ...LOADED_LATER].map((name) =>
      path.join(root, name),
    ),
    entryNames: '[name]',
    outdir,
    ...NODE_BUILD,
  });
  await rm(target, { recursive: true, force: true });
  await moveBuild(outdir, target);
}

/** Renames the folder of a build, unless another command has put its own build there in the meantime. */
export async function moveBuild(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (err: NodeJS.ErrnoException) => {
    await rm(from, { recursive: true, force: true });
    if (err.code !== 'ENOTEMPTY' && err.code !== 'EEXIST') throw err;
  });
}

/** Builds them if a source file is newer than the build. */
export async function buildStaleStarts(root: string): Promise<void> {
  if (!(await isFresh(root))) await buildStarts(root);
}

async function isFresh(root: string): Promise<boolean> {
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
