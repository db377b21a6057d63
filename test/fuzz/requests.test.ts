/** Requests of any kind to the whole service, in process: each is answered, and none with `internal`. */
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testFolder } from '../support/folder.ts';
import { PAGES } from '../support/pages.ts';
import { DIGEST, wholeService } from './examples.ts';
import { holdsAsync } from './fuzz.ts';
import { anyText, headerText, mutated, sendable, wellFormed } from './texts.ts';

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
  'Bearer a-write-token-of-test',
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

it('every request is answered, and never with internal', async () => {
  const { get, log } = wholeService({
    delete_config: { journal_file: join(testFolder(), 'journal.jsonl'), delete_guard: 'off' },
    webhook_config: { harbor_webhook_token: 'Bearer a-write-token-of-test' },
  });
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
