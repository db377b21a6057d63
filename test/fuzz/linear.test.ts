/** The time of each parser grows no faster than its input, whatever is repeated in it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import { artifactRows } from '../../shared/adapters/harbor/artifacts.ts';
import { refusalProblem } from '../../shared/adapters/harbor/http/refusal.ts';
import { harborPaths } from '../../shared/adapters/harbor/http/url.ts';
import { projectRows } from '../../shared/adapters/harbor/projects.ts';
import { repositoryRows } from '../../shared/adapters/harbor/repositories.ts';
import { requiredCleanupTag } from '../../shared/domain/cleanup/cleanup-tag.ts';
import { compileGlobs } from '../../shared/domain/cleanup/globs.ts';
import { readPolicy } from '../../shared/domain/cleanup/policy.ts';
import { deletionOptions } from '../../shared/domain/deletion/deletion-options.ts';
import { imageNames, placeOf } from '../../shared/domain/images/image-names.ts';
import { lastLineOf, peekLine, readLine } from '../../shared/domain/journal/journal-lines.ts';
import { parseIgnoreList } from '../../shared/domain/local-images/ignore-list.ts';
import { localImageRows } from '../../shared/domain/local-images/local-image-rows.ts';
import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import { readInvocation } from '../../shared/domain/webhooks/invocation.ts';
import { verifyWebhook } from '../../shared/domain/webhooks/standard-webhooks.ts';
import { matchesTag } from '../../shared/http/list-answer.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { eventsOf } from '../../shared/node/cleanup/read-events.ts';
import { searchJournal } from '../../shared/node/journal/journal-reader.ts';
import { candidatesOf } from '../../shared/node/nodes/dns-resolver.ts';
import { readTraceContext } from '../../shared/ports/tracing/trace-context.ts';
import { ownPage } from '../../shared/ui/login/own-page.ts';
import { parseConfiguration } from '../../shared/values/configuration/configuration.ts';
import { repeatedMembers } from '../../shared/values/configuration/repeated-members.ts';
import { unknownKeys } from '../../shared/values/configuration/unknown-keys.ts';
import { parseDuration } from '../../shared/values/duration.ts';
import { isImageId, parseImageName, withoutDockerScheme } from '../../shared/values/image-name.ts';
import {
  isProjectName,
  isRepositoryName,
  printable,
  toReference,
} from '../../shared/values/names.ts';
import { testFolder } from '../support/folder.ts';
import { imageRow } from '../support/host-rows.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../support/names.ts';
import { visitorOf } from '../support/visitor.ts';
import {
  bridgeAnswering,
  chunksOf,
  crictlConfigured,
  DELIVERIES,
  failureOf,
  HARBOR_CLIENT,
  HARBOR_ROWS,
  INVOCATIONS,
  kubeletConfigured,
  POLICY,
  SECTIONS,
  wholeService,
} from './examples.ts';
import { isLinear } from './growth.ts';
import { parseContainers, parseImages } from '../../bridge/crictl-output.ts';
import {
  parseImageFilesystems,
  parseSandboxImage,
  parseVersion,
} from '../../bridge/facts-output.ts';

/** A text is repeated as often as the size wants it, and ends with a character that fits nowhere. */
const PARTS = [
  ...['a', '0', '/', 'a/', 'a.', 'a-', 'a_', '__', 'a:', '@', '+a', '%2F', '%252e', '..'],
  ...['"', '\\', '\\n', ' ', ' a', '\t', '\n', 'a\n', ',', ' ,', '"a",', ';', '=', 'a=', '&', 'a=b&'],
  ...['[', '{"a":', '1,', '"a":1,', '*', 'a*', '(', '\0', '\uFEFF'],
];

interface TextParser {
  readonly parse: (text: string) => unknown;
  /** Before and after the repeated part; default: nothing. */
  readonly around?: readonly (readonly [before: string, after: string])[];
  /** What is repeated besides `PARTS`: words that this parser looks for. */
  readonly parts?: readonly string[];
  /** The largest input that can arrive; default: 128,000. */
  readonly last?: number;
}

const keyed =
  (key: string) =>
  (value: unknown): unknown =>
    parseConfiguration({ file: { [SECTIONS[key] ?? '']: { [key]: value } }, environment: {} });
const inEnvironment = (name: string) => (value: string) =>
  parseConfiguration({ file: {}, environment: { [name]: value } });
const asked = { query: {}, isJournaled: false };
const journal = join(testFolder(), 'journal.jsonl');
const { get } = wholeService();
/** Node's server refuses longer headers and targets. */
const ofHeader = (name: string): TextParser => ({
  parse: (text) => get('/readyz?verbose', { headers: { [name]: text.replace(/[^ -~]/g, '') } }),
  around: [['Bearer', '']],
  parts: ['image_api_session=a;'],
  last: 16_000,
});
const post = (path: string, type: string) => (body: string) =>
  get(path, { method: 'POST', body, headers: { 'content-type': type } });

const TEXT_PARSERS: Readonly<Record<string, TextParser>> = {
  // crictl, and the files of its host
  'images of crictl': {
    parse: parseImages,
    around: [
      ['', ''],
      ['{"images":[', ']}'],
      ['{"images":[{"id":"a","repoTags":[', ']}]}'],
      ['{"images":[{"id":"a","size":"', '"}]}'],
    ],
    parts: ['{"id":"a","repoTags":["a:1"],"size":"1"},'],
  },
  'containers of crictl': { parse: parseContainers, around: [['{"containers":', '}']] },
  'file systems of crictl': { parse: parseImageFilesystems, parts: ['}\n', '{\n}\n'] },
  'the version of crictl': { parse: parseVersion, around: [['RuntimeName:', '\n']], parts: ['RuntimeName: \n'] },
  'a sandbox image': { parse: parseSandboxImage },
  'a failure of crictl': {
    parse: failureOf,
    around: [
      ['', ''],
      ['msg="', ''],
      ['', ': 1: '],
    ],
    parts: ['error reading server preface ', 'sudoers parse errosyntax error ', 'msg="\\"', 'level=level='],
  },
  'the file of a kubelet': { parse: kubeletConfigured, parts: ['containerRuntimeEndpoint:\n'] },
  'the file of crictl': { parse: crictlConfigured, parts: ['runtime-endpoint:\n'] },
  // the bridge's wire
  'an answer of a bridge': {
    parse: (body) => bridgeAnswering(() => new Response(body)).images(),
    around: [
      ['', ''],
      ['{"started_at_ms":1,"images":[', '1]}'],
      ['{"ambiguous":[', '1]}'],
    ],
    parts: [`${JSON.stringify(imageRow({ repo_tags: ['a:1'] }))},`],
  },
  // names
  'a name of a project': { parse: isProjectName },
  'a name of a repository': { parse: isRepositoryName, around: [['a', '']] },
  'a reference': { parse: toReference, around: [['', ''], ['a@sha256:', '']] },
  'a text for people': { parse: printable },
  'a name of an image': { parse: parseImageName, around: [['', ''], ['a@a', ':'], ['a@sha256:', '']] },
  'a name of Docker': { parse: withoutDockerScheme, parts: ['docker-pullable://'] },
  'an id of an image': { parse: isImageId },
  'a place in a registry': { parse: (text) => placeOf(text, ['harbor.example.test', 'docker.io']) },
  'a duration': { parse: parseDuration },
  // the ignore list
  'an ignore list': {
    parse: parseIgnoreList,
    around: [
      ['', ''],
      ['IMAGE\n', ''],
      ['IMAGE,TAG\n', ''],
      ['IMAGE ID\n', ''],
      ['IMAGE\n"', '"'],
      ['', ',TAG\n'],
    ],
    parts: ['TAG,', '""', 'docker.io/library/nginx,1.27\n', `${'91e65bec'.repeat(8)}\n`, 'IMAGE '],
  },
  // Harbor
  'a refusal of Harbor': {
    parse: (message) =>
      refusalProblem(
        { method: 'GET', path: harborPaths.projects() },
        {
          status: 404,
          headers: new Headers({ 'content-type': 'application/json' }),
          text: JSON.stringify({ errors: [{ code: 'NOT_FOUND', message }] }),
        },
        HARBOR_CLIENT,
      ),
    around: [['path ', '']],
    parts: [' was not found', 'artifact ', 'project '],
  },
  // configuration
  'a URL of Harbor': { parse: keyed('harbor_host'), around: [['https://a', 'b'], ['https://', '']] },
  'a public URL': { parse: keyed('public_url'), around: [['https://a/b', '']] },
  'a URL of a bridge': { parse: keyed('bridge_url'), around: [['https://', '']] },
  'an address': { parse: keyed('bridge_listen'), around: [['[', '']] },
  'an allowed host': { parse: (text) => keyed('allowed_hosts')([text]) },
  'an alias of a registry': { parse: (text) => keyed('registry_aliases')([text]) },
  'a secret': { parse: keyed('notify_secret'), parts: ['AAAA'] },
  'a token': { parse: keyed('write_token') },
  'a DNS name': { parse: keyed('nodes_dns'), parts: ['_a.'] },
  'a port in the environment': { parse: inEnvironment('APP_PORT') },
  'a list in the environment': { parse: inEnvironment('ALLOWED_HOSTS') },
  'nodes in the environment': { parse: inEnvironment('NODES'), around: [['', ''], ['{', '"b":1}']] },
  'JSON with repeated members': {
    parse: repeatedMembers,
    around: [
      ['', ''],
      ['{', '"b":1}'],
      ['["', '"]'],
    ],
  },
  'an unknown key': { parse: (key) => unknownKeys({ [key]: 1 }) },
  'resolv.conf': { parse: (file) => candidatesOf('a', file), around: [['search ', ''], ['options ', '']], parts: ['ndots:'] },
  // the journal
  'a line of the journal': {
    parse: (text) => [peekLine(text), readLine(text), lastLineOf(text)],
    around: [
      ['', ''],
      ['{"time":"","id":"', ''],
      ['{"time":"","id":"a","event":"outcome"', ''],
      ['{"time":"","id":"a","event":"intent",', ''],
    ],
    parts: ['{"time":"', ',"outcome":"'],
  },
  'a journal': {
    parse: async (text) => {
      writeFileSync(journal, text);
      await searchJournal(journal, { matches: () => true, slice: null }, () => undefined);
    },
    parts: ['{"time":"2026-01-12T09:40:11.208Z","id":"a-b","event":"intent"}\n'],
  },
  'the events of a cleanup': {
    parse: async (text) => {
      for await (const _ of eventsOf(chunksOf(text, 10)));
    },
    parts: ['data: a\n', ':\n'],
  },
  // policies and headers
  'a text that a glob of many parts does not match': { parse: compileGlobs([`${'a*'.repeat(250)}b`]) },
  'a text and a pattern of the ignore list': {
    parse: (text) =>
      parseIgnoreList(`IMAGE\n${'a*'.repeat(text.length / 2)}b\n`).list.matches({
        id: '',
        repository: text,
        tag: '',
      }),
    last: 64_000,
  },
  'the tag of a cleanup': { parse: requiredCleanupTag, parts: ['"a" '] },
  'If-Match': {
    parse: (ifMatch) => deletionOptions(referenceNamed('v1'), { ...asked, ifMatch }),
    around: [['', ''], ['"a"', '']],
    parts: ['W/"a" , '],
  },
  'If-None-Match': { parse: (text) => matchesTag(text, '"a"'), around: [['', ''], ['"a"', '']], parts: ['W/"a" , '] },
  traceparent: {
    parse: (text) => readTraceContext(headersOf({ traceparent: text })),
    around: [['cc-', '']],
    parts: ['ff-'],
  },
  tracestate: { parse: (text) => readTraceContext(headersOf({ tracestate: text })) },
  'signatures of a webhook': {
    parse: (text) =>
      verifyWebhook(
        {
          headers: headersOf({
            'webhook-id': 'a',
            'webhook-timestamp': '1000',
            'webhook-signature': text,
          }),
          body: new Uint8Array(),
        },
        { secrets: [btoa('0123456789'.repeat(3))], nowMs: 1_000_000 },
      ),
    parts: ['v1,a '],
  },
  // pages and requests
  'an address to return to': { parse: ownPage, around: [['/ui', '']] },
  'a form': { parse: post('/ui/login', 'application/x-www-form-urlencoded'), parts: ['%00', 'csrf=a.&'], last: 64_000 },
  'a body of JSON': { parse: post('/harbor/cleanup', 'application/json'), around: [['{"policy":{"a":[],', '']], last: 64_000 },
  ...Object.fromEntries(
    ['accept', 'cookie', 'authorization', 'via', 'forwarded', 'cache-control', 'host'].map(
      (name) => [`the header ${name}`, ofHeader(name)],
    ),
  ),
  ...Object.fromEntries(
    ['/', '/harbor/artifacts/a/', '/nodes/a', '/drift?', '/harbor/unused?q='].map((start) => [
      `a target that begins with ${start}`,
      {
        parse: (text: string) => get(start + text.replace(/[^!-~]|#/g, '')),
        last: 16_000,
      },
    ]),
  ),
};

const headersOf = (headers: Record<string, string>) =>
  new Headers(
    Object.entries(headers).map(([name, value]) => [name, value.replace(/[^ -~]/g, '').trim()]),
  );

it.each(Object.entries(TEXT_PARSERS))('%s', async (_, parser) => {
  const { parse, around = [['', '']], parts = [], last } = parser;
  const slow: string[] = [];
  for (const [before, after] of around) {
    for (const part of [...PARTS, ...parts]) {
      const make = (n: number) => `${before}${part.repeat(n / part.length)}${after}!`;
      if (!(await isLinear(make, parse, last))) slow.push(`${before}${part}…${after}`);
    }
  }
  expect(slow).toEqual([]);
}, 240_000);

/** What takes the place of each member of a valid value. */
const SHAPES: readonly ((n: number, was: unknown) => unknown)[] = [
  (n) => Array(Math.floor(n / 2)).fill(1),
  (n) => Array(Math.floor(n / 5)).fill(null),
  (n, was) => Array(Math.ceil(n / Math.max(5, JSON.stringify(was).length))).fill(was),
  (n, was) => Object.fromEntries(Array.from({ length: n / 20 }, (_, i) => [`name-${i}`, was])),
  (n) => '/'.repeat(n),
  (n) => `a/${'a-'.repeat(n / 2)}!`,
  (n) => `${'a*'.repeat(n / 2)}/`,
  (n) => '1'.repeat(n),
  (n) => '('.repeat(n),
  (n) => `2026-01-01T00:00:00.${'0'.repeat(n)}`,
];

interface ValueParser {
  readonly parse: (value: unknown) => unknown;
  readonly examples: readonly unknown[];
  readonly last?: number;
}

const at = { project: projectNamed('a'), repository: repositoryNamed('b') };
const routes = Object.values(INVOCABLE_FUNCTIONS).flatMap((fn) => routesOf(fn));

const VALUE_PARSERS: Readonly<Record<string, ValueParser>> = {
  'projects of Harbor': { parse: projectRows.read, examples: [HARBOR_ROWS] },
  'repositories of Harbor': { parse: repositoryRows(at.project).read, examples: [HARBOR_ROWS] },
  'artifacts of Harbor': { parse: artifactRows(at).read, examples: [HARBOR_ROWS] },
  'an event of Harbor': { parse: parseHarborDelivery, examples: DELIVERIES },
  'a policy': { parse: readPolicy, examples: [POLICY], last: 64_000 },
  ...Object.fromEntries(
    routes.map((route) => [
      `an invocation of ${route.template}`,
      { parse: (body: unknown) => readInvocation(route, body), examples: INVOCATIONS.slice(0, 1), last: 64_000 },
    ]),
  ),
  ...Object.fromEntries(
    ['nodes', 'policies', 'read_token', 'function_urls', 'allowed_hosts'].map((key) => [
      `the configuration of ${key}`,
      { parse: keyed(key), examples: [{ a: POLICY }, { a: { bridge_url: 'unix:/a' } }, ['a']] },
    ]),
  ),
  'unknown keys of a configuration': {
    parse: (value) => unknownKeys(JSON.parse(JSON.stringify({ a: value }))),
    examples: [{ a: 1 }],
  },
};

/** Each place in a value: what is there, and the value with something else there. */
function placesIn(value: unknown): { was: unknown; replaced: (other: unknown) => unknown }[] {
  const here = { was: value, replaced: (other: unknown) => other };
  if (typeof value !== 'object' || value === null) return [here];
  const inside = Object.entries(value).flatMap(([key, member]) =>
    placesIn(member).map(({ was, replaced }) => ({
      was,
      replaced: (other: unknown): unknown =>
        Array.isArray(value)
          ? value.with(Number(key), replaced(other))
          : { ...value, [key]: replaced(other) },
    })),
  );
  return [here, ...inside];
}

it.each(Object.entries(VALUE_PARSERS))('%s', async (_, { parse, examples, last }) => {
  const slow: string[] = [];
  for (const { was, replaced } of examples.flatMap(placesIn)) {
    for (const shape of SHAPES) {
      const make = (n: number) => replaced(shape(n, was));
      if (!(await isLinear(make, parse, last))) slow.push(`${shape} for ${JSON.stringify(was)}`);
    }
  }
  expect(slow).toEqual([]);
}, 240_000);

const DIGEST = `sha256:${'a'.repeat(64)}`;
const names = (n: number, name: (i: number) => string) => Array.from({ length: n / 80 }, (_, i) => name(i));

it.each([
  ['tags', (n: number) => ({ repo_tags: names(n, (i) => `a${i}:1`) })],
  ['digests', (n: number) => ({ repo_digests: names(n, (i) => `${i}@${DIGEST}`) })],
  [
    'both',
    (n: number) => ({
      repo_tags: names(n, (i) => `a${i}:1`),
      repo_digests: names(n, (i) => `a${i}@${DIGEST}`),
    }),
  ],
])('an image of many different %s', async (_, make) => {
  const nothing = parseIgnoreList('IMAGE\n').list;
  const row = (n: number) => imageRow(make(n));

  expect(await isLinear(row, (image) => imageNames(image), 512_000)).toBe(true);
  expect(await isLinear(row, (image) => localImageRows([image], nothing), 512_000)).toBe(true);
});

it('a form of many different fields', async () => {
  const { send } = visitorOf({ get });
  const fields = (n: number): [string, string][] =>
    Array.from({ length: n / 10 }, (_, index) => [`a=1&${index}`, 'a']);

  expect(await isLinear(fields, (given) => send('/ui/login', given), 32_000)).toBe(true);
});

it('a body of JSON with many different members', async () => {
  const body = (n: number) =>
    `{"policy":{${Array.from({ length: n / 12 }, (_, i) => `"a${i}":1`).join()}}}`;

  expect(await isLinear(body, post('/harbor/cleanup', 'application/json'), 64_000)).toBe(true);
});
