/** A service whose upstreams put markup and script URLs into every text that they can. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { digestOf } from '../../demo/harbor/registry.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import { Problem } from '../../shared/values/problem.ts';
import type { CrictlAnswers } from '../fake-crictl/index.ts';
import { testFolder } from './folder.ts';
import { containerRow, imageRow } from './host-rows.ts';
import { intentOf } from './journal.ts';
import { nodesOf } from './nodes.ts';
import { PAGES } from './pages.ts';
import { createService, type Service } from './service.ts';

/** Characters that hide or reorder what follows them: of a terminal, of C1, of direction. */
const CHARACTERS = '\u001b[8m\u0085\u061c\u202e\u2067';
/** Leaves an attribute, a comment, a text area and a script, and runs a script in several ways. */
const MARKUP = `"'--></title></textarea></script><img src=x onerror=hacked() class=hacked><script class=hacked>hacked()</script>${CHARACTERS}`;
const SCRIPT_URL = 'javascript:hacked()';
const TOKEN = 'hostile-write-token';

/**
 * `texts`: rows are valid, but all that is not part of a URL is markup. `urls`: the same with URLs that are scripts.
 * `names`: the names of projects, repositories and tags are markup too. `errors`: every upstream fails with markup.
 */
export const HOSTILITIES = ['texts', 'urls', 'names', 'errors'] as const;
export type Hostility = (typeof HOSTILITIES)[number];

const PARAMETERS = [
  ...['sort', 'page', 'page_size', 'status', 'node', 'lacks', 'project', 'projects', 'policy'],
  ...['tags', 'reason', MARKUP],
];

/** Every page, also with markup in its search and in its path. */
export const HOSTILE_PATHS: readonly string[] = [
  ...PAGES.flatMap(({ path }) => [path, pathWith(path, 'q', MARKUP)]),
  ...['/ui/nodes', '/ui/harbor', '/ui/harbor/platform', '/ui/artifacts/platform/web', '/ui'].map(
    (path) => `${path}/${encodeURIComponent(MARKUP)}`,
  ),
  pathWith('/ui/login', 'next', SCRIPT_URL),
  pathWith('/ui/login', 'next', '//evil.example.test/'),
];

/** Every page with markup in each parameter, most of which are not valid then. */
export const HOSTILE_QUERIES: readonly string[] = PAGES.flatMap(({ path }) =>
  PARAMETERS.map((name) => pathWith(path, name, MARKUP)),
);

function pathWith(path: string, name: string, value: string): string {
  return `${path}?${new URLSearchParams({ [name]: value })}`;
}

/** Starts the service. A visitor who logs in with `token` has a name that is markup too. */
export function hostileService(hostility: Hostility): Service & { readonly token: string } {
  const text = hostility === 'urls' ? SCRIPT_URL : MARKUP;
  const journal_file = join(testFolder(), 'journal.jsonl');
  writeFileSync(journal_file, journalWith(text));
  const service = createService({
    harbor: { registry: demoRegistry(), faults: hostileHarbor(hostility, text) },
    crictl: hostility === 'errors' ? failingCrictl(text) : hostileCrictl(text),
    nodes: hostileNodes(hostility, text),
    config: {
      app_config: { write_token: { [text]: TOKEN } },
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
      },
      delete_config: { journal_file },
    },
  });
  return { ...service, token: TOKEN };
}

/** Not changed, so that rows stay valid. */
const KEPT = /^(sha256:[\da-f]{64}|\d{4}-\d\d-\d\dT.*|true|false)$/;
const NAMES = ['name', 'repository_name'];

function hostileHarbor(hostility: Hostility, text: string): Faults {
  if (hostility === 'errors') {
    const body = JSON.stringify({ errors: [{ code: text, message: text }] });
    const headers = { 'Content-Type': 'application/json' };
    return () => ({ answer: { status: 500, headers, body } });
  }
  const kept = hostility === 'names' ? [] : NAMES;
  return () => ({ change: (answer) => withTexts(answer, { text, kept }) });
}

interface Texts {
  readonly text: string;
  readonly kept: readonly string[];
}

function withTexts(answer: Answer, texts: Texts): Answer {
  if (!answer.headers['Content-Type']?.startsWith('application/json')) return answer;
  const body = JSON.stringify(replaced(JSON.parse(answer.body), texts));
  const { 'Content-Length': _, ...headers } = answer.headers;
  return { ...answer, headers, body };
}

function replaced(value: unknown, texts: Texts): unknown {
  if (typeof value === 'string') return KEPT.test(value) ? value : texts.text;
  if (Array.isArray(value)) return value.map((one) => replaced(one, texts));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => {
    if (name === 'annotations') return [name, annotationsWith(texts.text)];
    return [name, texts.kept.includes(name) ? member : replaced(member, texts)];
  });
  return Object.fromEntries(members);
}

function annotationsWith(text: string) {
  const known = ['source', 'url', 'documentation', 'revision', 'title'];
  return Object.fromEntries([
    ...known.map((name) => [`org.opencontainers.image.${name}`, text]),
    [text, text],
  ]);
}

const WORKER = 'harbor.example.test/platform/apps/worker';

function hostRows(text: string) {
  const id = digestOf('hostile').slice('sha256:'.length);
  const digests = [
    `${WORKER}@${digestOf('platform/apps/worker 1.9.0')}`,
    `${text}@${digestOf('x')}`,
  ];
  const image = imageRow({
    id,
    repo_tags: [`${WORKER}:${text}`, `${text}:${text}`],
    repo_digests: digests,
  });
  const container = containerRow({
    id,
    name: text,
    image_ref: id,
    image: text,
    pod: text,
    namespace: text,
  });
  return {
    images: [image],
    containers: [container, { ...container, state: text, id: 'd'.repeat(64) }],
  };
}

function hostileCrictl(text: string): CrictlAnswers {
  const { images, containers } = hostRows(text);
  const json = (document: object) => ({ stdout: JSON.stringify(document) });
  return {
    images: json({
      images: images.map(({ id, repo_tags, repo_digests }) => ({
        id: `sha256:${id}`,
        repoTags: repo_tags,
        repoDigests: repo_digests,
        size: '1000',
      })),
    }),
    ps: json({
      containers: containers.map(({ id, name, state, image_ref, image }) => ({
        id,
        metadata: { name },
        state,
        imageRef: image_ref,
        image: { image },
        labels: { 'io.kubernetes.pod.name': text, 'io.kubernetes.pod.namespace': text },
      })),
    }),
    version: { stdout: `RuntimeName:  ${text}\nRuntimeVersion:  ${text}\n` },
    imagefsinfo: json({ status: { imageFilesystems: [{ fsId: { mountpoint: text } }] } }),
    info: { stdout: text },
  };
}

function failingCrictl(text: string): CrictlAnswers {
  const failure = { exitCode: 1, stderr: `time="now" level=fatal msg="${text}"\n` };
  return { images: failure, ps: failure, version: failure, imagefsinfo: failure, info: failure };
}

function hostileNodes(hostility: Hostility, text: string) {
  const down = new Problem('bridge_unavailable', text);
  if (hostility === 'errors') return nodesOf({ [text]: down, 'node-2': down });
  const facts = {
    runtime: { name: text, version: text },
    image_filesystems: [{ mountpoint: text, used_bytes: 1 }],
  };
  const rows = { ...hostRows(text), facts };
  return nodesOf({
    [text]: rows,
    'node-2': rows,
    'node-3': down,
    'node-4': { stale: rows, problem: down },
  });
}

function journalWith(text: string): string {
  const texts = {
    peer: text,
    actor: text,
    registry: text,
    reason: text,
    tags: [text],
    nodes: [text],
  };
  const names = { project: text, repository: text, reference: text, digest: text, guards: [text] };
  const deletion = { id: text, ...intentOf({ ...texts, ...names, request_id: text }) };
  const line = { ...deletion, time: '2026-01-12T09:40:11.208Z' };
  return [
    journalText({ ...line, event: 'intent' }),
    journalText({ ...line, event: 'outcome', outcome: 'deleted' }),
  ].join('');
}
