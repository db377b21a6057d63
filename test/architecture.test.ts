/**
 * The layers of the source, which AGENTS.md shows. A test and not dependency-cruiser: that needs a TypeScript before 7 to
 * see imports of types.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['functions', 'bridge', 'shared', 'start', 'demo'];
/** The only code that runs in browsers. A build bundles it; no import leads to it. */
const BROWSER = 'shared/ui/browser';
const MOST_FILES_IN_A_FOLDER = 26;

const INSIDE = ['shared/values', 'shared/ports'];
const DOMAIN = [...INSIDE, 'shared/domain'];
/** What each layer may import from the project, besides itself. Types count. There are no exceptions. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'shared/values': [],
  'shared/ports': ['shared/values'],
  'shared/domain': INSIDE,
  'shared/adapters': INSIDE,
  'shared/http': DOMAIN,
  'shared/ui': [...DOMAIN, 'shared/http'],
  [BROWSER]: [],
  'shared/edge': [...DOMAIN, 'shared/http', 'shared/adapters'],
  'shared/node': [...DOMAIN, 'shared/http', 'shared/adapters', 'shared/ui'],
  functions: [...DOMAIN, 'shared/http', 'shared/ui', 'shared/edge'],
  bridge: [...INSIDE, 'shared/http', 'shared/node'],
  start: [
    ...DOMAIN,
    'shared/http',
    'shared/adapters',
    'shared/node',
    'functions',
    'bridge',
    'demo',
  ],
  demo: [...DOMAIN, 'shared/http', 'shared/adapters', 'shared/node'],
};
/** Each subject of the domain imports only those before it. */
const SUBJECTS = [
  'local-images',
  'registry',
  'images',
  'nodes',
  'comparison',
  'drift',
  'usage',
  'unused',
  'journal',
  'deletion',
  'cleanup',
  'webhooks',
  'readiness',
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

/** The layer of a file: its first folder, and in shared/ the first two. */
function areaOf(file: string): string {
  if (file.startsWith(`${BROWSER}/`)) return BROWSER;
  const [first = '', second] = file.split('/');
  return first === 'shared' ? `shared/${second}` : first;
}

function subjectOf(file: string): string | null {
  return /^shared\/domain\/([^/]+)\//.exec(file)?.[1] ?? null;
}

function targetOf({ file, specifier }: Import): string {
  if (specifier === ASSETS) return path.normalize(packageImports[ASSETS]?.types ?? '');
  return path.normalize(path.join(path.dirname(file), specifier));
}

function isForbidden(one: Import): boolean {
  if (!one.specifier.startsWith('.')) return false;
  const target = targetOf(one);
  if (COMPOSERS.includes(one.file) && areaOf(target) === 'functions') return false;
  const [from, to] = [areaOf(one.file), areaOf(target)];
  const isOwn = from === to && (from !== 'functions' || target.endsWith('.json'));
  return !isOwn && MAY_IMPORT[from]?.includes(to) !== true;
}

/** Whether an import of a subject leads to one that comes after it. */
function leadsOn(one: Import): boolean {
  const [from, to] = [
    subjectOf(one.file),
    one.specifier.startsWith('.') && subjectOf(targetOf(one)),
  ];
  if (from === null || !to || from === to) return false;
  return SUBJECTS.indexOf(to) > SUBJECTS.indexOf(from) || !SUBJECTS.includes(from);
}

/** The folders that each folder imports from, itself left out. */
function folderGraph(): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>();
  for (const one of imports.filter(({ specifier }) => specifier.startsWith('.'))) {
    const [from, to] = [path.dirname(one.file), path.dirname(targetOf(one))];
    if (from === to) continue;
    const known = graph.get(from) ?? new Set();
    graph.set(from, known.add(to));
  }
  return graph;
}

/** Whether imports lead from a folder back to it. */
function isInCircle(folder: string, graph: ReturnType<typeof folderGraph>): boolean {
  const seen = new Set(graph.get(folder));
  for (const one of seen) for (const next of graph.get(one) ?? []) seen.add(next);
  return seen.has(folder);
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

  it('lets a subject of the domain import only subjects before it', () => {
    const subjects = new Set(files.flatMap((file) => subjectOf(file) ?? []));
    expect([...subjects].toSorted()).toEqual(SUBJECTS.toSorted());
    expect(imports.filter(leadsOn).map(describeImport)).toEqual([]);
  });

  it('keeps Hono and fetch out of the domain, its ports and values', () => {
    const inside = files.filter((file) => DOMAIN.includes(areaOf(file)));
    const calls = inside.filter((file) =>
      /\bfrom 'hono|\bawait fetch\(|globalThis\.fetch/.test(
        readFileSync(path.join(root, file), 'utf8'),
      ),
    );
    expect(calls).toEqual([]);
  });

  it('has no folder in a circle', () => {
    const graph = folderGraph();
    expect([...graph.keys()].filter((folder) => isInCircle(folder, graph))).toEqual([]);
  });

  it('keeps node: out of functions/ and of shared/ outside shared/node/', () => {
    const onNode = ['shared/node', 'bridge', 'start', 'demo'];
    const edge = imports.filter(({ file }) => !onNode.includes(areaOf(file)));
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
