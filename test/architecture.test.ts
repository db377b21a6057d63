import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['functions', 'bridge', 'shared', 'start', 'demo'];
/** The only code that runs in browsers. A build bundles it; no import leads to it. */
const BROWSER = 'shared/ui/browser';
const MOST_FILES_IN_A_FOLDER = 15;

/** What each folder may import from the project, by the first segments of the target's path. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  functions: ['shared'],
  bridge: ['bridge', 'shared', 'shared/node'],
  shared: ['shared'],
  [BROWSER]: [BROWSER],
  'shared/node': ['shared', 'shared/node'],
  start: ['functions', 'bridge', 'shared', 'shared/node', 'demo'],
  demo: ['demo', 'shared', 'shared/node'],
};
/** The imports of the Harbor client outside its folder, which are few, so that it could be published alone. */
const HARBOR_CLIENT_MAY_IMPORT = [
  'shared/values/problem.ts',
  'shared/ports/logger.ts',
  'shared/values/redactor.ts',
  'shared/values/compare-texts.ts',
  'shared/values/parse-json.ts',
  'shared/values/sleep.ts',
  'shared/ports/tracing/upstream-calls.ts',
  'shared/values/size.ts',
  'shared/values/limited-body.ts',
  'zod/mini',
];
/** These files compose the functions. */
const COMPOSERS = ['functions/api.ts', 'functions/router.ts', 'functions/webhook-invoke.ts'];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** The style sheet and script of the pages. */
const ASSETS = '#ui-assets';
const packageImports = packageJson().imports;
const files = FOLDERS.flatMap((folder) => sourcesIn(folder));
const importsByFile = new Map(files.map((file) => [file, importsOf(file)]));
const imports = [...importsByFile.values()].flat();

function packageJson(): { readonly imports: Record<string, { readonly types: string }> } {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
}

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)(?:import|export)\b[^;]*?\bfrom\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? '' }));
}

function areaOf(file: string): string {
  const special = ['shared/node', BROWSER].find((folder) => file.startsWith(`${folder}/`));
  return special ?? file.split('/')[0] ?? '';
}

function targetOf({ file, specifier }: Import): string {
  if (specifier === ASSETS) return path.normalize(packageImports[ASSETS]?.types ?? '');
  return path.normalize(path.join(path.dirname(file), specifier));
}

function isForbidden(one: Import): boolean {
  if (!one.specifier.startsWith('.')) return false;
  const target = targetOf(one);
  if (COMPOSERS.includes(one.file) && areaOf(target) === 'functions') return false;
  if (one.file === 'functions/openapi.ts' && target === 'functions/openapi-document.json')
    return false;
  return !MAY_IMPORT[areaOf(one.file)]?.includes(areaOf(target));
}

/** What `file` imports of the project, directly or not; imports of types count. */
function reachableFrom(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const one of importsByFile.get(file) ?? []) {
    if (!/^[.#]/.test(one.specifier) || seen.has(targetOf(one))) continue;
    seen.add(targetOf(one));
    reachableFrom(targetOf(one), seen);
  }
  return seen;
}

function isForeignToHarborClient(one: Import): boolean {
  const target = one.specifier.startsWith('.') ? targetOf(one) : one.specifier;
  return !target.startsWith('shared/harbor/') && !HARBOR_CLIENT_MAY_IMPORT.includes(target);
}

const inShared = files.filter((file) => file.startsWith('shared/'));

const describeImport = ({ file, specifier }: Import) => `${file} -> ${specifier}`;

describe('import rules', () => {
  it('finds the sources and their imports', () => {
    expect(files).toContain('functions/router.ts');
    expect(imports.map(describeImport)).toContain('functions/api.ts -> ./harbor-webhook.ts');
  });

  it('lets imports point one way only', () => {
    expect(imports.filter(isForbidden).map(describeImport)).toEqual([]);
  });

  it('keeps node: out of functions/ and of shared/ outside shared/node/', () => {
    const edge = imports.filter(({ file }) => ['functions', 'shared'].includes(areaOf(file)));
    const node = edge.filter(({ specifier }) =>
      /^(node:|undici|pino|esbuild|@hono\/node-server)/.test(specifier),
    );
    expect(node.map(describeImport)).toEqual([]);
  });

  it('lets only the pages import the assets, by a name that builds replace', () => {
    expect(Object.keys(packageImports)).toEqual([ASSETS]);
    const named = imports.filter(({ specifier }) => specifier.startsWith('#'));
    expect(named.map(describeImport).toSorted()).toEqual([
      `shared/node/ui-assets.ts -> ${ASSETS}`, // the type
      `shared/ui/assets.ts -> ${ASSETS}`,
      `shared/ui/layout.tsx -> ${ASSETS}`,
    ]);
  });

  it('imports the code of browsers from nowhere else, and lets it import only packages and itself', () => {
    const inBrowser = imports.filter(({ file }) => areaOf(file) === BROWSER);
    expect(inBrowser.map(({ specifier }) => specifier)).toContain('htmx.org');
    expect(inBrowser.filter(({ specifier }) => /^(node:|#)/.test(specifier))).toEqual([]);
  });

  it('imports child_process in one file', () => {
    const spawning = files.filter((file) =>
      readFileSync(path.join(root, file), 'utf8').includes('child_process'),
    );
    expect(spawning).toEqual(['bridge/exec.ts']);
  });

  it('lets nothing import a composition root', () => {
    const importing = imports.filter(
      (one) => one.specifier.startsWith('.') && areaOf(targetOf(one)) === 'start',
    );
    expect(importing.map(describeImport)).toEqual([]);
  });

  it('has no circle, not even through types', () => {
    expect(files.filter((file) => reachableFrom(file).has(file))).toEqual([]);
  });

  it('lets the Harbor client import only itself and a few general files', () => {
    const client = imports.filter(({ file }) => file.startsWith('shared/harbor/'));
    expect(client.map(describeImport)).toContain(
      'shared/adapters/harbor/client.ts -> ./http/call.ts',
    );
    expect(client.filter(isForeignToHarborClient).map(describeImport)).toEqual([]);
  });
});

describe('the tree', () => {
  it(`has no folder of shared/ with more than ${MOST_FILES_IN_A_FOLDER} files`, () => {
    const folders = [...new Set(inShared.map((file) => path.dirname(file)))];
    const countIn = (folder: string) =>
      inShared.filter((file) => path.dirname(file) === folder).length;
    expect(folders.filter((folder) => countIn(folder) > MOST_FILES_IN_A_FOLDER)).toEqual([]);
  });

  it('has no two files of one name in shared/', () => {
    const names = inShared.map((file) => path.basename(file));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('keeps composition roots under 60 lines', () => {
    const long = sourcesIn('start').filter(
      (file) => readFileSync(path.join(root, file), 'utf8').split('\n').length > 60,
    );
    expect(long).toEqual([]);
  });
});
