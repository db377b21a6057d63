/** Compares README.md, AGENTS.md and docs/ with the code: tables, examples, links, names of files. */

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Registry } from '../demo/harbor/registry.ts';
import { API_FUNCTIONS } from '../functions/api.ts';
import { FUNCTIONS } from '../functions/router.ts';
import { KEPT_REASONS } from '../shared/domain/cleanup/cleanup-answer.ts';
import { DRIFT_STATUSES } from '../shared/domain/drift/drift-answer.ts';
import { useSchema } from '../shared/domain/images/use.ts';
import { nodeStatusSchema } from '../shared/domain/nodes/nodes-answer.ts';
import { routesOf } from '../shared/http/routes.ts';
import { JOURNAL_OUTCOMES } from '../shared/ports/journal-record.ts';
import { renameOldKeys } from '../shared/values/configuration/aliases.ts';
import {
  configurationKeys,
  parseConfiguration,
  SECRET_KEYS,
} from '../shared/values/configuration/configuration.ts';
import { policySchema } from '../shared/values/policy/policy.ts';
import { PROBLEMS } from '../shared/values/problem.ts';
import { QUEUE_LIMITS } from '../shared/values/waiting/queue-limits.ts';
import { startDemo } from './support/demo.ts';
import { NODES } from './support/drifted-images.ts';
import { eventually } from './support/eventually.ts';
import { metricsOf } from './support/exposition.ts';
import { testFolder } from './support/folder.ts';
import { nodesOf } from './support/nodes.ts';
import { createService } from './support/service.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const docs = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const pages = ['README.md', 'AGENTS.md', ...docs];

/** The cells of each row of the table under `header`, without backquotes. */
function table(path: string, header: string): string[][] {
  const [, after = ''] = read(path).split(`\n${header}\n`);
  const [, ...rows] = (after.split('\n\n')[0] ?? '').trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`|`$/g, '')),
  );
}

describe('the table of endpoints has a row for each route', () => {
  it.each([
    ['README.md', '| method | path | answers |'],
    ['docs/http.md', '| method | path | answers | needs |'],
  ])('in %s', (path, header) => {
    const rows = table(path, header).map(([method, route]) => `${method} ${route}`);
    const routes = Object.values(API_FUNCTIONS).flatMap(routesOf);

    expect(rows.toSorted()).toEqual(
      routes.map(({ method, template }) => `${method} ${template}`).toSorted(),
    );
  });
});

describe('the table of functions in AGENTS.md', () => {
  const rows = table(
    'AGENTS.md',
    '| URL | file | access | schema of the input | schema of the answer | test |',
  );

  it('leads from each URL to the file of its function', () => {
    const urls = rows.flatMap(([url = '', file = '']) =>
      [...url.matchAll(/\/[^`,]+/g)].map(([path]) => `${url.split(' ')[0]} ${path} ${file}`),
    );
    const routes = Object.entries(API_FUNCTIONS).flatMap(([name, fn]) =>
      routesOf(fn).map(({ method, template }) => `${method} ${template} functions/${name}.ts`),
    );

    expect(urls.toSorted()).toEqual(routes.toSorted());
  });

  it('gives the access rule of each file', () => {
    const rules = rows.map(([, file = '', access = '', input = '']) => {
      const files = [file, ...[...input.matchAll(/shared\/[\w./-]+/g)].flat()];
      return { file, right: /^\w+/.exec(access)?.[0], text: files.map(read).join('') };
    });
    const missing = rules.filter(({ right, text }) => !text.includes(`'${right}'`));

    expect(missing).toEqual([]);
  });
});

describe('docs/ui.md has a row for each page and each form', () => {
  const own = routesOf(FUNCTIONS.ui).filter(({ path }) => !path.startsWith('/ui/assets/'));

  it.each([
    ['GET', '| path | shows |'],
    ['POST', '| path | does |'],
  ])('%s', (method, header) => {
    const routes = own.filter((route) => route.method === method);

    expect(
      table('docs/ui.md', header)
        .map(([path]) => path)
        .toSorted(),
    ).toEqual(routes.map(({ template }) => template).toSorted());
  });
});

it('the table of queues has each queue, with its limit', () => {
  const rows = table('docs/metrics.md', '| queue | what is in it | limit |').flatMap(
    ([names = '', , limit = '']) =>
      names.split(', ').map((name) => [name.replaceAll('`', ''), Number.parseInt(limit, 10)]),
  );
  expect(rows).toEqual(Object.entries(QUEUE_LIMITS));
});

it('docs/deployment.md names each function', () => {
  const text = read('docs/deployment.md');

  expect(Object.keys(FUNCTIONS).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});

describe('the table of keys', () => {
  const rows = table(
    'docs/configuration.md',
    '| section | key | variable | default | meaning |',
  ) as [section: string, key: string, variable: string, fallback: string, meaning: string][];
  const { configuration } = parseConfiguration({ environment: {} });
  const defaultOf = (section: string, key: string): unknown => {
    const keys: unknown =
      section === '' ? configuration : Reflect.get({ ...configuration }, section);
    return Reflect.get(Object(keys), key);
  };

  it('has a row for each key of the schema, in its order', () => {
    expect(rows.map(([section, key]) => `${section}.${key}`)).toEqual(
      configurationKeys().map(({ section, key }) => `${section}.${key}`),
    );
  });

  it('names the variable of each key', () => {
    expect(rows.map(([, , variable]) => variable)).toEqual(
      configurationKeys().map(({ variable }) => variable),
    );
  });

  it('gives the defaults of the schema', () => {
    const literal = rows.filter(([, , , fallback]) => /^["\d]|^(true|false)$/.test(fallback));
    const actual = literal.map(([section, key]) => {
      const value = defaultOf(section, key);
      return value instanceof Object && 'path' in value
        ? JSON.stringify(`unix:${value.path}`)
        : JSON.stringify(value);
    });

    expect(literal.map(([, , , fallback]) => fallback)).toEqual(actual);
    expect(literal.length).toBeGreaterThan(20);
  });

  it('gives a default in words only to a key without one', () => {
    const values = rows
      .filter(([, , , fallback]) => /^(none|any|found|detected|true on Node.*)$/.test(fallback))
      .map(([section, key]) => JSON.stringify(defaultOf(section, key)));

    expect(values.filter((value) => !['null', '[]', '{}'].includes(value))).toEqual([]);
  });

  it('marks the secrets', () => {
    const marked = rows.filter(([, , , , meaning]) => meaning.startsWith('secret:'));

    expect(marked.map(([, key]) => key).toSorted()).toEqual([...SECRET_KEYS].toSorted());
  });
});

describe('the table of metrics', () => {
  const rows = table('docs/metrics.md', '| metric | type | labels | meaning |');
  const named = (cells: string | undefined) => (cells ?? '').match(/\w+/g)?.toSorted() ?? [];

  it('has a row for each metric of the service, with its type and labels', async () => {
    const { get } = createService({
      harbor: { registry: new Registry({ accounts: [], projects: [] }) },
      nodes: nodesOf(NODES),
      watching: true,
      refreshing: true,
      config: { delete_config: { journal_file: join(testFolder(), 'journal.jsonl') } },
    });
    const part = 'image_api_metrics_refresh_timestamp_seconds{part="drift"}';
    const shown = await eventually(async () => {
      const text = await (await get('/metrics')).text();
      expect(text).toContain(part);
      return metricsOf(text).filter(({ name }) => name.startsWith('image_api_'));
    });

    expect(rows.map(([name, type]) => `${name} ${type}`).toSorted()).toEqual(
      shown.map(({ name, type }) => `${name} ${type}`).toSorted(),
    );
    const seen = shown.filter(({ labels }) => labels !== null);
    const documented = new Map(rows.map(([name, , labels]) => [name, named(labels)]));
    expect(seen.map(({ name }) => [name, documented.get(name)])).toEqual(
      seen.map(({ name, labels }) => [name, labels]),
    );
    expect(seen.length).toBeGreaterThan(10);
  });
});

it('each old name of a key becomes the new one', () => {
  const rows = table('docs/configuration.md', '| old name | new name |') as [string, string][];
  const fileWith = (name: string) =>
    name.split('.').reduceRight<unknown>((value, part) => ({ [part]: value }), 'the value');

  const renamed = rows.map(([old]) => renameOldKeys(fileWith(old)).file);

  expect(renamed).toMatchObject(rows.map(([, now]) => fileWith(now) as object));
  expect(rows.length).toBeGreaterThan(15);
});

describe('the table of codes has a row for each problem with its status', () => {
  it.each([
    ['docs/http.md', '| code | status | when |'],
    ['docs/troubleshooting.md', '| code | status | what to do |'],
  ])('in %s', (path, header) => {
    const rows = table(path, header).map(([code, status]) => `${code} ${status}`);

    expect(rows.toSorted()).toEqual(
      Object.entries(PROBLEMS)
        .map(([code, [status]]) => `${code} ${status}`)
        .toSorted(),
    );
  });
});

describe('the tables of answers over nodes have a row for each value', () => {
  const column = (path: string, header: string) => table(path, header).map(([value]) => value);

  it('statuses of nodes', () => {
    expect(column('docs/nodes.md', '| status | meaning |')).toEqual(
      nodeStatusSchema.shape.status.options,
    );
  });

  it('statuses of drift, and each in the table of cases', () => {
    const cases = table('docs/nodes.md', '| on the node | in the registry | status |');

    expect(column('docs/nodes.md', '| status | difference |')).toEqual(DRIFT_STATUSES);
    expect([...new Set(cases.map(([, , status]) => status))].toSorted()).toEqual(
      DRIFT_STATUSES.toSorted(),
    );
  });

  it('matches of a use', () => {
    expect(column('docs/nodes.md', '| `match` | meaning |')).toEqual(useSchema.shape.match.options);
  });

  it('reasons to keep an artifact', () => {
    expect(column('docs/cleanup.md', '| reason | kept because |').toSorted()).toEqual(
      KEPT_REASONS.toSorted(),
    );
  });

  it('outcomes of the journal', () => {
    expect(column('docs/cleanup.md', '| `outcome` | meaning |')).toEqual(JOURNAL_OUTCOMES);
  });

  it('keys of a policy', () => {
    expect(column('docs/cleanup.md', '| key | meaning |')).toEqual(Object.keys(policySchema.shape));
  });
});

describe('the examples print what the demo answers', () => {
  const PAGES = ['README.md', 'docs/http.md', 'docs/nodes.md', 'docs/cleanup.md'];

  it.each(PAGES)('in %s', async (path) => {
    const examples = demoExamples(read(path));
    const { url } = await startDemo();
    const answers: [string, string][] = [];
    for (const [command] of examples) {
      const script = command.replace(/^curl/, 'curl -s').replaceAll('http://127.0.0.1:5000', url);
      const { stdout } = await promisify(execFile)('sh', ['-c', script]);
      answers.push([command, stdout]);
    }

    expect(answers.map(withoutTimes)).toEqual(examples.map(withoutTimes));
    expect(examples.length).toBeGreaterThan(5);
  });
});

/** An example without what differs each time: times and ages of readings, ids, and the ports of bridges. */
function withoutTimes([command, output]: [string, string]): [string, string] {
  const settled = output
    .replace(/("(?:read_at|since|created_at|settled_at)": )"[^"]*"/g, '$1"…"')
    .replace(/("time": )"20(?!26-01-12)[^"]*"/g, '$1"…"')
    .replace(/("age_(?:ms|seconds)": )\d+/g, '$1…')
    .replace(/("(?:id|request_id)": )"[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}"/g, '$1"…"')
    .replace(/127\.0\.0\.1:(?!5000)\d+/g, '127.0.0.1:…');
  return [command, settled];
}

/** The commands, each with its output, of the console blocks after `<!-- demo -->`. */
function demoExamples(text: string): [command: string, output: string][] {
  const blocks = [...text.matchAll(/<!-- demo -->\n```console\n(.*?)```/gs)];
  return blocks
    .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
    .map((example) => {
      const end = example.indexOf('\n');
      return [example.slice(0, end), example.slice(end + 1)];
    });
}

describe('the pages refer to things that exist', () => {
  it.each(pages)('each link and anchor of %s', (page) => {
    const text = prose(read(page));
    const links = [
      ...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g),
      ...text.matchAll(/\bsrc(?:set)?="([^"]+)"/g),
    ];
    const broken = links
      .map(([, link = '']) => link)
      .filter((link) => !resolves(link.startsWith('#') ? page : join(dirname(page), link), link));

    expect(broken).toEqual([]);
  });

  it.each(pages)('each file that %s names', (page) => {
    const named = read(page).matchAll(
      /(?<![\w/.-])((?:bench|bridge|demo|deploy|docs|functions|scripts|shared|start|test|\.ci)\/[\w./*-]*)/g,
    );
    const missing = [...named]
      .map(([, path = '']) => path.replace(/\.$/, ''))
      .filter((path) => !/\*|PATH|NAME/.test(path) && isMissing(path));

    expect(missing).toEqual([]);
  });

  it('each npm script', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: object };
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => String(name)),
    );

    expect(named.filter((name) => name !== 'start:' && !(name in scripts))).toEqual([]);
  });

  it('each page of docs/ that the code names', () => {
    const broken = trackedFiles().flatMap((path) =>
      [...read(path).matchAll(/(?<![\w/])docs\/[\w-]+\.md(?:#[\w-]+)?/g)]
        .filter(([link]) => !resolves(link, link))
        .map(([link]) => `${path}: ${link}`),
    );

    expect(broken).toEqual([]);
  });
});

/** Whether a page exists, and has the heading that the link's anchor names. */
function resolves(path: string, link: string): boolean {
  const [file = ''] = path.split('#');
  const [, anchor] = link.split('#');
  if (isMissing(normalize(file))) return false;
  return anchor === undefined || headings(read(normalize(file))).includes(anchor);
}

const isMissing = (path: string) => !existsSync(join(root, path));

/** The anchors of a page's headings, as GitHub makes them. */
function headings(text: string): string[] {
  return [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** A page without its code blocks. */
const prose = (text: string) => text.replace(/^ *```.*?^ *```/gms, '');

/** The files of the repository that are text, without recordings. */
function trackedFiles(): string[] {
  const names = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return names
    .split('\n')
    .filter((path) => path !== '' && !/^test\/fixtures\/|package-lock\.json$/.test(path))
    .filter((path) => !isMissing(path) && statSync(join(root, path)).isFile());
}

it('the README has fewer than 200 lines', () => {
  expect(read('README.md').split('\n').length).toBeLessThan(200);
});

it('nothing refers to a text outside the repository', () => {
  const outside = /\b(?:DESIG[N]|STYL[E])\b|\s[(]facts, |\bfacts\/|\.\.\/shared\/facts|\/wor[k]\//;
  const lines = trackedFiles().flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => outside.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );

  expect(lines).toEqual([]);
});
