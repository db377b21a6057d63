import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { edgeBuildOptions, foreignImports } from '../../scripts/build-functions.ts';
import {
  type ParsedIgnoreList,
  parseIgnoreList,
} from '../../shared/domain/local-images/parse-ignore-list.ts';
import { testFolder } from '../support/folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The script of browsers, which bundles contain as a text, has `import(` of its own. */
const noAssets: Plugin = {
  name: 'no assets',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^#ui-assets$/ }, ({ path }) => ({ path, namespace: 'no-assets' }));
    onLoad({ filter: /.*/, namespace: 'no-assets' }, () => ({
      contents: 'export const uiAssets = () => ({});',
    }));
  },
};

async function bundle(contents: string) {
  const result = await build({
    ...edgeBuildOptions(ROOT),
    plugins: [noAssets],
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    outfile: 'unused.js',
    write: false,
  });
  const text = result.outputFiles?.find(({ path }) => path.endsWith('.js'))?.text ?? '';
  return { text, metafile: result.metafile ?? { inputs: {}, outputs: {} } };
}

/** Without the API that the router composes, which no deployment has alone. */
const names = readdirSync(new URL('../../functions/', import.meta.url)).filter(
  (name) => /\.tsx?$/.test(name) && name !== 'api.ts',
);

/** hono/jsx takes it from the runtime if the runtime has it. */
const OPTIONAL = /\?\.\("node:async_hooks"\)/g;

describe('a bundle of the functions', () => {
  it.each(names)('of %s has no imports', async (name) => {
    const { text, metafile } = await bundle(`export { default } from './functions/${name}';`);
    expect(text.length).toBeGreaterThan(10_000);
    expect(foreignImports(metafile)).toEqual([]);
    expect(text.replace(OPTIONAL, '')).not.toMatch(/\bimport\s*[{"'(*]|["'`]node:|\brequire\(/);
  });

  it('reports an import that edge runtimes do not have', async () => {
    const { metafile = { inputs: {}, outputs: {} } } = await build({
      ...edgeBuildOptions(ROOT),
      external: ['node:fs'],
      stdin: { contents: "import 'node:fs';", resolveDir: ROOT },
      outfile: 'unused.js',
      write: false,
    });
    expect(foreignImports(metafile)).toEqual(['unused.js imports node:fs']);
  });

  it('contains csv-parse only if it reads the ignore list', async () => {
    const readers = [
      'compare.ts',
      'images.ts',
      'local-images.ts',
      'node-images.ts',
      'router.ts',
      'ui.tsx',
      'webhook-invoke.ts',
    ];
    const holding = await Promise.all(
      names.map(async (name) => {
        const { metafile } = await bundle(`export { default } from './functions/${name}';`);
        return Object.keys(metafile.inputs).some((file) => file.includes('csv-parse/')) ? name : [];
      }),
    );
    expect(holding.flat()).toEqual(readers);
  });
});

/** Prints what the import of a file touches beyond what Node's own loader touches for an empty one. */
const WATCH = `
const touched = new Set();
const watch = (owner, name) => {
  const original = owner[name];
  owner[name] = (...given) => (touched.add(name), original.apply(owner, given));
};
for (const name of ['fetch', 'setTimeout', 'setInterval', 'queueMicrotask']) watch(globalThis, name);
watch(Date, 'now');
watch(Math, 'random');
watch(crypto, 'randomUUID');
watch(crypto, 'getRandomValues');
watch(console, 'log');
process.env = new Proxy(process.env, {
  get: (env, name) => (touched.add('env ' + String(name)), env[name]),
});
await import('data:text/javascript,0%0A//%23 sourceMappingURL=none.map');
const byNode = new Set(touched);
await import(process.argv[1]);
process.stdout.write(JSON.stringify([...touched].filter((name) => !byNode.has(name))));
`;

async function touchedByImport(text: string): Promise<unknown> {
  const file = join(testFolder(), 'function.mjs');
  writeFileSync(file, text);
  const args = ['--input-type=module', '--eval', WATCH, file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

describe('importing a bundle', () => {
  it.each(names)(
    'of %s starts nothing and reads no clock, environment or randomness',
    async (name) => {
      const { text } = await bundle(`export { default } from './functions/${name}';`);
      expect(await touchedByImport(text)).toEqual([]);
    },
  );

  it('would show what it does', async () => {
    const text = 'Date.now(); setTimeout(() => 0); process.env.HARBOR_HOST;';
    expect(await touchedByImport(text)).toEqual(['now', 'setTimeout', 'env HARBOR_HOST']);
  });
});

describe('csv-parse over the small Buffer of the bundles', () => {
  const TEXTS: readonly string[] = [
    'IMAGE,TAG\nnginx,1.27\n"quoted ""name""",*\n',
    '\ufeffREPOSITORY,TAG\r\nregistry.example.test/ä/ö,latest\r\n',
    'IMAGE ID\nsha256:91e65becf52108d5\n 91e65becf521 \n\n',
    'IMAGE,TAG\nnginx\n,\nredis,7,more\n',
    'IMAGE,TAG\n"unclosed,1\n',
    'IMAGE,TAG\nbad"quote,1\n',
    `IMAGE,TAG\n${'x'.repeat(5_000)},"${'y,\n'.repeat(500)}"\n`,
    'IMAGE,TAG\n日本語,"タグ, 二つ"\n',
    '',
    '\n\n',
    'NAME\nx\n',
    'IMAGE,TAG',
  ];
  const IMAGES = [
    ['nginx', '1.27'],
    ['registry.example.test/ä/ö', 'latest'],
    ['quoted "name"', 'x'],
    ['日本語', 'タグ, 二つ'],
    ['x'.repeat(5_000), 'y,\n'.repeat(500)],
    ['redis', '7'],
  ].map(([repository = '', tag = '']) => ({ id: '91e65becf52108d5f79b', repository, tag }));

  const seen = ({ list, warnings, failed }: ParsedIgnoreList) => ({
    warnings,
    failed,
    matches: IMAGES.map((image) => list.matches(image)),
  });

  it.each(TEXTS)('reads %j as over the Buffer that csv-parse brings along', async (csv) => {
    const { text } = await bundle(
      "export { parseIgnoreList } from './shared/domain/local-images/parse-ignore-list.ts';",
    );
    const bundled = await import(`data:text/javascript,${encodeURIComponent(text)}`);
    expect(seen(bundled.parseIgnoreList(csv))).toEqual(seen(parseIgnoreList(csv)));
  });
});
