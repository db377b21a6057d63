/** Requests of any kind to the whole service, in process: each is answered, and none with `internal`. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { deletionOptions } from '../../shared/domain/deletion/deletion-options.ts';
import { matchesTag } from '../../shared/http/lists/list-answer.ts';
import { testFolder } from '../support/folder.ts';
import { imageRow } from '../support/host-rows.ts';
import { referenceNamed } from '../support/names.ts';
import { nodesOf } from '../support/nodes.ts';
import { PAGES } from '../support/pages.ts';
import { createService } from '../support/service.ts';
import { holdsAsync } from './fuzz.ts';
import { expectLinear } from './growth.ts';
import { anyText, headerText, mutated } from './texts.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const ARTIFACT = '/harbor/artifacts/platform/apps/web/frontend';
const TARGETS = [
  ...['/local-images', '/harbor/projects', '/harbor/repositories/platform', ARTIFACT, '/images'],
  ...['/nodes', '/nodes/node-1/images', '/compare', '/usage/platform/apps/web/frontend/stable'],
  ...['/drift', '/harbor/unused', '/journal', '/livez', '/readyz', '/openapi.json', '/metrics'],
  `${ARTIFACT}/stable`,
  `${ARTIFACT}/stable/deletion-plan`,
  ...['/harbor/cleanup', '/webhooks/harbor', '/webhooks/drift', '/ui/login', '/ui/logout'],
  ...PAGES.map(({ path }) => path),
];
const PARAMETERS = [
  ...['page', 'page_size', 'q', 'sort', 'verbose', 'dry_run', 'tag_only', 'force', 'reason'],
  ...['older_than', 'status', 'node', 'project', 'since', 'until', 'actor', 'outcome', 'next'],
  ...['__proto__', 'constructor', 'policy', 'untagged'],
];
const HEADERS = [
  ...['accept', 'authorization', 'cache-control', 'content-type', 'cookie', 'forwarded', 'host'],
  ...['if-match', 'if-none-match', 'origin', 'referer', 'sec-fetch-site', 'traceparent'],
  ...['tracestate', 'via', 'webhook-id', 'webhook-signature', 'webhook-timestamp'],
  ...['x-forwarded-for', 'x-request-id', 'hx-request', 'hx-target', 'expect', 'range'],
];
/** Values that a header may have, from which others are made. */
const VALUES = [
  `"${DIGEST}", W/"${DIGEST}"`,
  'text/html;q=0.9, application/openmetrics-text; version=1.0.0; charset=utf-8, */*;q=0.1',
  'text/event-stream;q=0.5',
  'no-cache, max-age=0, "a=b"',
  'application/json; charset=utf-8',
  'application/x-www-form-urlencoded',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  'image_api_session=abc.123.def.signature; a=b',
  'for=192.0.2.1;proto=https, for="[2001:db8::1]"',
  '1.1 image-api (a)',
  'http://localhost:80',
  'Bearer a-write-token',
];
const BODIES = [
  '{"policy":{"tags":["ci-*"],"older_than":"30d"},"apply":false,"reason":"a"}',
  '{"type":"PUSH_ARTIFACT","event_data":{"resources":[]}}',
  'csrf=a.b&token=a-write-token&next=%2Fui%2Fdrift',
];
const header = fc.tuple(
  fc.constantFrom(...HEADERS),
  fc.oneof(headerText, mutated(VALUES).map(sendable), fc.constantFrom(...VALUES)),
);
const request = fc.record({
  target: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...TARGETS) },
    { weight: 2, arbitrary: mutated(TARGETS).map((text) => `/${encodeURI(wellFormed(text))}`) },
  ),
  query: fc.array(
    fc
      .tuple(fc.oneof(fc.constantFrom(...PARAMETERS), anyText), anyText)
      .map((pair) => pair.map(wellFormed)),
    { maxLength: 3 },
  ),
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'OPTIONS', 'PATCH'),
  headers: fc.array(header, { maxLength: 4 }),
  body: mutated(BODIES),
});

function sendable(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();
}
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');

function service() {
  const node = { images: [imageRow({ repo_tags: ['harbor.example.test/platform/a:1'] })] };
  return createService({
    harbor: { registry: demoRegistry() },
    nodes: nodesOf({ 'node-1': node, 'node-2': { images: [] } }),
    config: {
      app_config: { write_token: 'a-write-token' },
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
      },
      delete_config: { journal_file: join(testFolder(), 'journal.jsonl'), delete_guard: 'off' },
      webhook_config: { harbor_webhook_token: 'Bearer a-write-token' },
    },
  });
}

it('every request is answered, and never with internal', async () => {
  const { get, log } = service();
  await holdsAsync(
    request,
    async ({ target, query, method, headers, body }) => {
      const search =
        query.length === 0 ? '' : `?${new URLSearchParams(query as [string, string][])}`;
      const response = await get(target + search, {
        method,
        headers,
        ...(method === 'POST' && { body }),
      });
      const text = await response.text();
      expect(response.status).toBeLessThan(600);
      expect(text).not.toMatch(/"code": ?"internal"|search its log/i);
      expect(log.filter(({ level }) => level === 'ERROR')).toEqual([]);
      log.length = 0;
      const values = [...response.headers].filter(([, value]) => /\p{Cc}/u.test(value));
      expect(values).toEqual([]);
    },
    150,
  );
}, 240_000);

describe('the time for a request grows with its size:', () => {
  const repeated = (text: string) => (n: number) => text.repeat(n / text.length);
  const texts: readonly (readonly [string, (n: number) => string])[] = [
    ['commas', repeated(',')],
    ['quotes', repeated('"')],
    ['quoted tags', (n) => `${repeated('"a",')(n)}!`],
    ['spaces', (n) => `${repeated(' ')(n)}!`],
    ['spaces between tags', (n) => `"a"${' '.repeat(n)}!`],
    ['weak tags', (n) => `${repeated('W/"a" , ')(n)}"`],
  ];
  const reference = referenceNamed('v1');
  it.each(texts)('If-Match and If-None-Match of %s', async (_, make) => {
    const asked = { query: {}, isJournaled: false };
    await expectLinear(make, (ifMatch) => deletionOptions(reference, { ...asked, ifMatch }));
    await expectLinear(make, (tag) => matchesTag(tag, '"a"'));
  });

  /** Node's server refuses longer headers and targets. */
  const last = 16_000;
  it.each(['accept', 'cookie', 'authorization', 'via', 'forwarded', 'cache-control', 'host'])(
    'the header %s',
    async (name) => {
      const { get } = service();
      for (const part of [',', ';', ' a', 'a=', '/', '"', 'a.', 'image_api_session=a;']) {
        const value = (n: number) => `Bearer${part.repeat(n / part.length)}!`;
        await expectLinear(value, (text) => get('/readyz?verbose', { headers: { [name]: text } }), {
          last,
        });
      }
    },
  );

  it.each(['/', 'a/', '%2F', '%252e', '-', '.', 'a&', 'a=1&'])('a target of %j', async (part) => {
    const { get } = service();
    for (const start of ['/', '/harbor/artifacts/a/', '/nodes/a', '/drift?', '/harbor/unused?q=']) {
      const target = (n: number) => start + part.repeat(n / part.length);
      await expectLinear(target, (text) => get(text), { last });
    }
  });

  it.each(['[', '{"a":', '1,', '"a":1,', '\\n', ' '])('a body of %j', async (part) => {
    const { get } = service();
    const type = { 'content-type': 'application/json' };
    const make = (n: number) => `{"policy":{"a":[],${part.repeat(n / part.length)}`;
    const members = (n: number) =>
      `{"policy":{${Array.from({ length: n / 12 }, (_, i) => `"a${i}":1`).join()}}}`;
    const post = (body: string) => get('/harbor/cleanup', { method: 'POST', body, headers: type });
    await expectLinear(make, post, { last: 64_000 });
    await expectLinear(members, post, { last: 64_000 });
  });
});
