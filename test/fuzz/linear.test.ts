/** The time of each parser grows no faster than its input, whatever is repeated in it. */
import { expect, it } from 'vitest';
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import { artifactRows } from '../../shared/adapters/harbor/artifacts.ts';
import { projectRows } from '../../shared/adapters/harbor/projects.ts';
import { repositoryRows } from '../../shared/adapters/harbor/repositories.ts';
import { imageNames } from '../../shared/domain/images/image-names.ts';
import { localImageRows } from '../../shared/domain/local-images/local-image-rows.ts';
import { parseIgnoreList } from '../../shared/domain/local-images/parse-ignore-list.ts';
import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import { readInvocation } from '../../shared/http/invocation.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { configurationKeys } from '../../shared/values/configuration/configuration.ts';
import { unknownKeys } from '../../shared/values/configuration/unknown-keys.ts';
import { readPolicy } from '../../shared/values/policy/policy.ts';
import { imageRow } from '../support/host-rows.ts';
import { projectNamed, repositoryNamed } from '../support/names.ts';
import { visitorOf } from '../support/visitor.ts';
import { DELIVERIES, DIGEST, HARBOR_ROWS, INVOCATIONS, POLICY, wholeService } from './examples.ts';
import { isLinear } from './growth.ts';
import { keyed, PARTS, TEXT_PARSERS, type TextParser } from './text-parsers.ts';
import { sendable } from './texts.ts';

/** The texts for which a parser takes more than linear time. */
async function slowTexts({ parse, around = ['…'], parts = [], last }: TextParser) {
  const slow: string[] = [];
  for (const template of around) {
    const [before = '', after = ''] = template.split('…');
    for (const part of [...PARTS, ...parts]) {
      const make = (n: number) => `${before}${part.repeat(n / part.length)}${after}!`;
      if (!(await isLinear(make, parse, last))) slow.push(template.replace('…', part));
    }
  }
  return slow;
}

it.each(Object.entries(TEXT_PARSERS))(
  '%s',
  async (_, parser) => {
    expect(await slowTexts(parser)).toEqual([]);
  },
  240_000,
);

type Get = ReturnType<typeof wholeService>['get'];
/** Node's server refuses longer headers and targets. */
const LONGEST_HEADER = 16_000;

interface PartOfRequest extends Omit<TextParser, 'parse'> {
  readonly send: (get: Get, text: string) => unknown;
}

const post = (path: string, type: string) => (get: Get, body: string) =>
  get(path, { method: 'POST', body, headers: { 'content-type': type } });
const asCleanup = post('/harbor/cleanup', 'application/json');

const REQUESTS: Readonly<Record<string, PartOfRequest>> = {
  'a form': {
    send: post('/ui/login', 'application/x-www-form-urlencoded'),
    parts: ['%00', 'csrf=a.&'],
    last: 64_000,
  },
  'a body of JSON': { send: asCleanup, around: ['{"policy":{"a":[],…'], last: 64_000 },
  ...Object.fromEntries(
    ['accept', 'cookie', 'authorization', 'via', 'forwarded', 'cache-control', 'host'].map(
      (name): [string, PartOfRequest] => [
        `the header ${name}`,
        {
          send: (get, text) => get('/readyz?verbose', { headers: { [name]: sendable(text) } }),
          around: ['Bearer…'],
          parts: ['image_api_session=a;'],
          last: LONGEST_HEADER,
        },
      ],
    ),
  ),
  ...Object.fromEntries(
    ['/', '/harbor/artifacts/a/', '/nodes/a', '/drift?', '/harbor/unused?q='].map(
      (start): [string, PartOfRequest] => [
        `a target that begins with ${start}`,
        {
          send: (get, text) => get(start + text.replace(/[^!-~]|#/g, '')),
          last: LONGEST_HEADER,
        },
      ],
    ),
  ),
};

it.each(Object.entries(REQUESTS))(
  '%s',
  async (_, { send, ...part }) => {
    const { get } = wholeService();

    expect(await slowTexts({ ...part, parse: (text) => send(get, text) })).toEqual([]);
  },
  240_000,
);

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
const [route] = Object.values(INVOCABLE_FUNCTIONS).flatMap((fn) => routesOf(fn));
const invoke = (body: unknown) => route && readInvocation(route, body);

const VALUE_PARSERS: Readonly<Record<string, ValueParser>> = {
  'projects of Harbor': { parse: projectRows.read, examples: [HARBOR_ROWS] },
  'repositories of Harbor': { parse: repositoryRows(at.project).read, examples: [HARBOR_ROWS] },
  'artifacts of Harbor': { parse: artifactRows(at).read, examples: [HARBOR_ROWS] },
  'an event of Harbor': { parse: parseHarborDelivery, examples: DELIVERIES },
  'a policy': { parse: readPolicy, examples: [POLICY], last: 64_000 },
  'an invocation': { parse: invoke, examples: INVOCATIONS, last: 64_000 },
  ...Object.fromEntries(
    ['nodes', 'policies', 'read_token', 'function_urls', 'allowed_hosts'].map((key) => [
      `the configuration of ${key}`,
      { parse: keyed(key), examples: [{ a: POLICY }, { a: { bridge_url: 'unix:/a' } }, ['a']] },
    ]),
  ),
  'unknown keys of a configuration': {
    parse: (value) => unknownKeys(JSON.parse(JSON.stringify({ a: value })), configurationKeys()),
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

it.each(Object.entries(VALUE_PARSERS))(
  '%s',
  async (_, { parse, examples, last }) => {
    const slow: string[] = [];
    for (const { was, replaced } of examples.flatMap(placesIn)) {
      for (const shape of SHAPES) {
        const make = (n: number) => replaced(shape(n, was));
        if (!(await isLinear(make, parse, last))) slow.push(`${shape} for ${JSON.stringify(was)}`);
      }
    }
    expect(slow).toEqual([]);
  },
  240_000,
);

const names = (n: number, name: (i: number) => string) =>
  Array.from({ length: n / 80 }, (_, i) => name(i));

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
  const { send } = visitorOf(wholeService());
  const fields = (n: number): [string, string][] =>
    Array.from({ length: n / 10 }, (_, index) => [`a=1&${index}`, 'a']);

  expect(await isLinear(fields, (given) => send('/ui/login', given), 32_000)).toBe(true);
});

it('a body of JSON with many different members', async () => {
  const { get } = wholeService();
  const body = (n: number) =>
    `{"policy":{${Array.from({ length: n / 12 }, (_, i) => `"a${i}":1`).join()}}}`;

  expect(await isLinear(body, (text) => asCleanup(get, text), 64_000)).toBe(true);
});
