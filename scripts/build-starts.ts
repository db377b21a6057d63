/**
 * Builds the start commands for Node in dist/start/. Each is a file with all that its first answer needs; what is
 * loaded later is in dist/start/chunks/, and the SDK that exports spans in a file of its own.
 */
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

/** The SDK that start commands load only if spans are exported. A file with a fixed name, so that it can be left out. */
const LOADED_LATER = 'shared/node/tracing/opentelemetry.ts';

const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(building) {
    const name = path.basename(LOADED_LATER, '.ts');
    building.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: `./${name}.js`, external: true } : null,
    );
  },
};

/** Packages that others require for what no start command uses. Loading them would take as long as the rest together. */
const UNUSED_PACKAGES: Readonly<Record<string, string>> = {
  'date-fns': 'pino-roll names files by dates with it, and the files of the log have numbers',
  'thread-stream': 'pino writes with it from another thread, and the log is written from this one',
  '@opentelemetry/api': 'prom-client adds exemplars with it, and the metrics have none',
};

const withoutUnusedPackages: Plugin = {
  name: 'unused-packages',
  setup(building) {
    const names = Object.keys(UNUSED_PACKAGES).join('|');
    building.onResolve({ filter: new RegExp(`^(?:${names})$`) }, ({ path: name, importer }) =>
      /node_modules\/(?:pino|pino-roll|prom-client)\//.test(importer)
        ? { path: name, namespace: 'unused' }
        : null,
    );
    building.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: '' }));
  },
};

/** The options that build a program for Node. */
export const NODE_BUILD: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  minify: true,
  legalComments: 'none',
  // The "main" of jsonc-parser is UMD, whose `require` a bundler does not resolve.
  mainFields: ['module', 'main'],
  // The one for browsers contains a Buffer of its own.
  alias: { 'csv-parse/browser/esm/sync': 'csv-parse/sync' },
  // CommonJS packages in the bundle call `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [uiAssetsPlugin, loadedLater, withoutUnusedPackages],
  logLevel: 'warning',
};

/** Builds them. `root` is the project's folder. */
export async function buildStarts(root: string): Promise<void> {
  // Built in another folder and then renamed, because another start command may build at the same time.
  const target = path.join(root, 'dist/start');
  const outdir = path.join(root, `dist/.start-${process.pid}`);
  const starts = (await readdir(path.join(root, 'start'))).filter((name) => name !== 'demo.ts');
  // Each alone, because files that several share would contain more than one of them needs.
  await Promise.all(
    [...starts.map((name) => `start/${name}`), LOADED_LATER].map((name) =>
      build({
        absWorkingDir: root,
        entryPoints: [name],
        entryNames: '[name]',
        chunkNames: 'chunks/[name]-[hash]',
        splitting: name !== LOADED_LATER,
        outdir,
        ...NODE_BUILD,
      }),
    ),
  );
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
