/**
 * Bundles each file of functions/ as it is deployed: one minified ES module with a source map, for
 * any runtime with web standards, in dist/functions/; the same as a Lambda handler in dist/lambda/.
 */
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

const KIB = 1024;
/** How large a module may become, bytes. What is larger loads slower on every cold start. */
const BUDGET = 64 * KIB;
/**
 * The list with the richest rows, the one that asks Harbor and the bridge and has guards of its own,
 * those that hold csv-parse (30 KiB), and those that hold all the others.
 */
const LARGER: Readonly<Record<string, number>> = {
  'harbor-artifacts': 66 * KIB,
  'delete-harbor-artifact': 72 * KIB,
  'local-images': 84 * KIB,
  images: 100 * KIB,
  router: 176 * KIB,
  'webhook-invoke': 164 * KIB,
};

export interface BuiltFunction {
  readonly name: string;
  readonly sizeBytes: number;
  readonly budgetBytes: number;
}

/** How a bundle for the edge is made; `outdir` and entries are the caller's. */
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
    // csv-parse for browsers carries a complete Buffer along; what it uses of one is a page.
    alias: { 'csv-parse/browser/esm/sync': 'csv-parse/sync' },
    inject: [path.join(root, 'scripts/csv-buffer.js')],
    metafile: true,
    logLevel: 'warning',
  };
}

/** @throws Error that names each module past its budget and each import of what no edge runtime has */
export async function buildFunctions(root: string): Promise<readonly BuiltFunction[]> {
  const names = (await readdir(path.join(root, 'functions')))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.basename(file, '.ts'));
  await Promise.all(
    ['dist/functions', 'dist/lambda'].map((folder) =>
      rm(path.join(root, folder), { recursive: true, force: true }),
    ),
  );
  const options = edgeBuildOptions(root);
  const [{ metafile }] = await Promise.all([
    build({
      ...options,
      entryPoints: names.map((name) => `functions/${name}.ts`),
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
  const built = names.map((name) => ({
    name,
    sizeBytes: metafile.outputs[`dist/functions/${name}.js`]?.bytes ?? 0,
    budgetBytes: LARGER[name] ?? BUDGET,
  }));
  const complaints = [
    ...built
      .filter(({ sizeBytes, budgetBytes }) => sizeBytes > budgetBytes)
      .map(({ name, ...sizes }) => `${name} is larger than its ${inKib(sizes.budgetBytes)}`),
    ...foreignImports(metafile),
  ];
  for (const { name, sizeBytes } of built) {
    process.stdout.write(`${inKib(sizeBytes).padStart(10)}  dist/functions/${name}.js\n`);
  }
  if (complaints.length > 0) throw new Error(`functions: ${complaints.join('; ')}`);
  return built;
}

/** Whatever a bundle still imports: `node:` modules above all, which edge runtimes do not have. */
export function foreignImports({ outputs }: Metafile): readonly string[] {
  return Object.entries(outputs).flatMap(([file, { imports }]) =>
    imports.filter(({ external }) => external).map((one) => `${file} imports ${one.path}`),
  );
}

function lambdaEntry(name: string): string {
  return [
    "import { lambdaHandler } from './deploy/lambda/adapter.ts';",
    `import app from './functions/${name}.ts';`,
    'export const handler = lambdaHandler(app);',
  ].join('\n');
}

function inKib(sizeBytes: number): string {
  return `${(sizeBytes / KIB).toFixed(1)} KiB`;
}
