/**
 * The layers of the source, which AGENTS.md shows: what each folder may import. Imports of types count, and there are no
 * exceptions. dependency-cruiser reads TypeScript through the compiler's JavaScript interface, which TypeScript 7 does not
 * have, so the package `typescript` is version 6 and only for this check; `tsc` is version 7.
 */
import { dirname } from 'node:path';
import { getAvailableTranspilers } from 'dependency-cruiser';

const compiler = getAvailableTranspilers().find(({ name }) => name === 'typescript');
// dependency-cruiser would read no file, and so find nothing wrong.
if (!compiler?.available) throw new Error(`typescript is not ${compiler?.version}`);

const INSIDE = ['shared/values', 'shared/ports'];
const DOMAIN = [...INSIDE, 'shared/domain'];
const SERVING = [...DOMAIN, 'shared/http', 'shared/adapters'];
const FUNCTION = [...DOMAIN, 'shared/http', 'shared/ui', 'shared/edge'];

/** What each layer may import from the project. A file or folder of its own row is not part of the layer around it. */
const LAYERS = {
  'shared/values': ['shared/values'],
  'shared/ports': INSIDE,
  'shared/domain': DOMAIN,
  'shared/adapters': [...INSIDE, 'shared/adapters'],
  'shared/http': [...DOMAIN, 'shared/http'],
  'shared/http/base': [...INSIDE, 'shared/http/base'],
  'shared/ui': [...DOMAIN, 'shared/http', 'shared/ui'],
  'shared/ui/browser': ['shared/ui/browser'],
  'shared/edge': [...SERVING, 'shared/edge'],
  'shared/node': [...SERVING, 'shared/ui', 'shared/node'],
  functions: FUNCTION,
  'functions/api.ts': [...FUNCTION, 'functions'],
  'functions/openapi.ts': [...FUNCTION, 'functions/openapi-document.json'],
  'functions/router.ts': [...FUNCTION, 'functions'],
  'functions/webhook-invoke.ts': [...FUNCTION, 'functions'],
  bridge: [...INSIDE, 'shared/http/base', 'shared/node', 'bridge'],
  demo: [...SERVING, 'shared/node', 'demo'],
  start: [...SERVING, 'shared/node', 'functions', 'bridge', 'demo'],
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
].map((subject) => `shared/domain/${subject}`);

/** Folders that use the files of the folder above them. All others are parts of it, which it uses. */
const BUILT_ON_THE_FOLDER_ABOVE = [
  'shared/domain/cleanup/runs',
  'shared/http/deployed',
  'shared/http/lists',
  'shared/ui/cleanup',
  'shared/ui/deletion',
  'shared/ui/harbor',
  'shared/ui/pages',
  'shared/values/configuration',
  'shared/values/policy',
  'shared/values/waiting',
];

/** The pattern of paths that are one of `places` or are in one. */
const within = (places) => `^(${places.join('|')})(/|$)`;
const SOURCES = within(['functions', 'bridge', 'shared', 'start', 'demo']);
const ON_NODE = within(['shared/node', 'bridge', 'start', 'demo']);

const layers = Object.entries(LAYERS).map(([layer, others]) => {
  const apart = Object.keys(LAYERS).filter((other) => other.startsWith(`${layer}/`));
  return {
    name: `${layer} imports only what its row of LAYERS has`,
    from: { path: within([layer]), pathNot: apart.length === 0 ? [] : within(apart) },
    to: { path: SOURCES, pathNot: within(others) },
  };
});

const subjects = SUBJECTS.map((subject, index) => ({
  name: `${subject} imports only subjects before it`,
  from: { path: within([subject]) },
  to: { path: '^shared/domain/', pathNot: within(SUBJECTS.slice(0, index + 1)) },
}));

/** One rule for each depth of a part below the folder. */
const parts = ['', '/[^/]+', '/[^/]+/[^/]+'].map((between) => ({
  name: 'a part of a folder does not import the files of the folder',
  from: { path: `^(.+)/[^/]+${between}/[^/]+$`, pathNot: within(BUILT_ON_THE_FOLDER_ABOVE) },
  to: { path: '^$1/[^/]+$' },
}));

const builtOn = BUILT_ON_THE_FOLDER_ABOVE.map((folder) => ({
  name: `the folder that ${folder} is built on does not import it`,
  from: { path: within([dirname(folder)]), pathNot: within(BUILT_ON_THE_FOLDER_ABOVE) },
  to: { path: within([folder]) },
}));

const forbidden = [
  ...layers,
  ...subjects,
  ...parts,
  ...builtOn,
  {
    name: 'each subject of the domain has its place in SUBJECTS',
    from: { path: '^shared/domain/', pathNot: within(SUBJECTS) },
    to: {},
  },
  { name: 'no circle of files', from: {}, to: { circular: true } },
  // This one takes a folder together with those in it, so rules above say which of the two imports the other.
  { name: 'no circle of folders', scope: 'folder', from: {}, to: { circular: true } },
  {
    name: 'an adapter imports nothing of another',
    from: { path: '^shared/adapters/([^/]+)/' },
    to: { path: '^shared/adapters/', pathNot: '^shared/adapters/$1/' },
  },
  {
    name: 'the domain knows no Hono',
    from: { path: within(DOMAIN) },
    to: { path: 'node_modules/(@hono|hono)/' },
  },
  {
    name: 'edge runtimes have nothing of Node',
    from: { path: SOURCES, pathNot: ON_NODE },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'edge runtimes have no package that needs Node',
    from: { path: SOURCES, pathNot: ON_NODE },
    to: { path: 'node_modules/(undici|pino|esbuild|@hono/node-server)/' },
  },
  {
    name: 'only the pages import the assets, which builds replace',
    from: { pathNot: '^shared/(node/ui-assets\\.ts|ui/assets\\.ts|ui/layout\\.tsx)$' },
    to: { path: '^shared/ui/built-assets\\.d\\.ts$' },
  },
  { name: 'each import can be resolved', from: {}, to: { couldNotResolve: true } },
];

export default {
  forbidden: forbidden.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
