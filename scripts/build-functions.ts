/**
 * Bundles each file of functions/ for deployment: one minified ES module with a source map in
 * dist/functions/, for any runtime with web standards, and the same as a Lambda handler in dist/lambda/.
 */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from '../shared/values/configuration/configuration.ts';
import { uiAssetsPlugin } from './ui-assets-plugin.ts';

const KIB = 1024;
/**
 * The size limit of each module, gzipped, in bytes, because a larger module makes every cold start slower.
 * USUAL: functions that are not named. DELETION: the one that deletes. CSV: those that parse the ignore list.
 * EVENTS: the one that takes Harbor's events, and reads nodes for its notifications.
 * BOTH: those that read Harbor and parse the ignore list. ALL: those that contain all others.
 */
const USUAL = 42 * KIB;
const EVENTS = 43 * KIB;
const DELETION = 62 * KIB;
const CSV = 45 * KIB;
const NODES = 50 * KIB;
const JOINED = 57 * KIB;
const BOTH = 55 * KIB;
const CLEANUP = 70 * KIB;
const ALL = 117 * KIB;
/** PAGES: all that pages show, with their style sheet and script (30 KiB). ROUTER: them, and the API. */
const PAGES = 176 * KIB;
const ROUTER = 200 * KIB;
const BUDGETS: Readonly<Partial<Record<FunctionName | 'router', number>>> = {
  'local-images': CSV,
  'delete-harbor-artifact': DELETION,
  images: BOTH,
  'node-images': NODES,
  compare: NODES,
  usage: JOINED,
  drift: JOINED,
  'harbor-unused': JOINED,
  'deletion-plan': DELETION,
  'harbor-cleanup': CLEANUP,
  ui: PAGES,
  'harbor-webhook': EVENTS,
  'webhook-invoke': ALL,
  router: ROUTER,
};

export interface BuiltFunction {
  readonly name: string;
  /** Gzipped. */
  readonly sizeBytes: number;
  readonly budgetBytes: number;
}

/** The options of a bundle for the edge, without `outdir` and entry points. */
export function edgeBuildOptions(root: string): BuildOptions {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2023',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    legalComments: 'none',
    charset: 'utf8',
    // Node's csv-parse, over the small Buffer of csv-buffer.js, which says why.
    alias: { 'csv-parse/browser/esm/sync': 'csv-parse/sync' },
    inject: [path.join(root, 'scripts/csv-buffer.js')],
    plugins: [uiAssetsPlugin],
    metafile: true,
    logLevel: 'warning',
  };
}

/** @throws Error that names each module over its budget, and each import that edge runtimes do not have */
export async function buildFunctions(root: string): Promise<readonly BuiltFunction[]> {
  const names = [...FUNCTION_NAMES, 'router'] as const;
  await Promise.all(
    ['dist/functions', 'dist/lambda'].map((folder) =>
      rm(path.join(root, folder), { recursive: true, force: true }),
    ),
  );
  const options = edgeBuildOptions(root);
  const [{ metafile }] = await Promise.all([
    build({
      ...options,
      entryPoints: names.map(sourceOf),
      outdir: 'dist/functions',
    }).then((result) => ({ metafile: result.metafile ?? { inputs: {}, outputs: {} } })),
    ...names.map((name) =>
      build({
        ...options,
        stdin: { contents: lambdaEntry(name), resolveDir: root, loader: 'ts' },
        outfile: `dist/lambda/${name}.mjs`,
      }),
    ),
  ]);
  const built = await Promise.all(
    names.map(async (name) => ({
      name,
      sizeBytes: gzipSync(await readFile(path.join(root, `dist/functions/${name}.js`))).length,
      budgetBytes: BUDGETS[name] ?? USUAL,
    })),
  );
  const complaints = [
    ...built
      .filter(({ sizeBytes, budgetBytes }) => sizeBytes > budgetBytes)
      .map(
        ({ name, ...sizes }) => `${name} is larger than its ${inKib(sizes.budgetBytes)} gzipped`,
      ),
    ...foreignImports(metafile),
  ];
  for (const { name, sizeBytes } of built) {
    process.stdout.write(`${inKib(sizeBytes).padStart(10)} gzipped  dist/functions/${name}.js\n`);
  }
  if (complaints.length > 0) throw new Error(`functions: ${complaints.join('; ')}`);
  return built;
}

/** The remaining imports of bundles, above all `node:` modules, which edge runtimes do not have. */
export function foreignImports({ outputs }: Metafile): readonly string[] {
  return Object.entries(outputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external).map((one) => `${file} imports ${one.path}`),
  );
}

function lambdaEntry(name: string): string {
  return [
    "import { lambdaHandler } from './deploy/lambda/adapter.ts';",
    `import app from './${sourceOf(name)}';`,
    'export const handler = lambdaHandler(app);',
  ].join('\n');
}

/** The only one with JSX is that of the pages. */
function sourceOf(name: string): string {
  return `functions/${name}.${name === 'ui' ? 'tsx' : 'ts'}`;
}

function inKib(sizeBytes: number): string {
  return `${(sizeBytes / KIB).toFixed(1)} KiB`;
}
