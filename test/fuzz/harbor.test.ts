/** Harbor's answers: through every endpoint and page that reads them, with each part changed at random. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Answer } from '../../demo/harbor/answer.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { refusalProblem } from '../../shared/adapters/harbor/http/refusal.ts';
import { harborPaths } from '../../shared/adapters/harbor/http/url.ts';
import { totalOf } from '../../shared/adapters/harbor/lists/pages.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { HARBOR_CLIENT } from './examples.ts';
import { holds, holdsAsync } from './fuzz.ts';
import { anyText, headerText, mutated } from './texts.ts';

const REPOSITORY = 'platform/apps/web/frontend';
const TARGETS = [
  'GET /harbor/projects',
  'GET /harbor/repositories/platform',
  `GET /harbor/artifacts/${REPOSITORY}`,
  `GET /harbor/artifacts/${REPOSITORY}/stable/deletion-plan`,
  `DELETE /harbor/artifacts/${REPOSITORY}/stable?dry_run=true`,
  `GET /usage/${REPOSITORY}/stable`,
  'GET /images',
  'GET /drift',
  'GET /readyz?verbose',
  'GET /ui/harbor',
  'GET /ui/harbor/platform',
  `GET /ui/harbor/${REPOSITORY}`,
  `GET /ui/artifacts/${REPOSITORY}/stable`,
];
const RESPONSE_HEADERS = [
  'Content-Type',
  'X-Total-Count',
  'Link',
  'Location',
  'ETag',
  'Retry-After',
];

/** Changes one of the calls of a request. */
interface Change {
  readonly call: number;
  readonly status: number;
  readonly header: readonly [string, string];
  /** From the text of the answer to another text. */
  readonly bodyOf: (body: string) => string;
}

const change: fc.Arbitrary<Change> = fc.record({
  call: fc.nat(6),
  status: fc.constantFrom(200, 200, 200, 200, 204, 206, 301, 401, 403, 404, 412, 429, 500, 503),
  header: fc.tuple(
    fc.constantFrom(...RESPONSE_HEADERS, 'X-Other'),
    fc.oneof(headerText, fc.constantFrom('application/json', 'text/html', '0', '-1', '1e9')),
  ),
  // The seed decides how, because the body is not known yet.
  bodyOf: fc.integer().map((seed) => (body: string) => {
    const [text = body] = fc.sample(mutated([body]), { numRuns: 1, seed });
    return text;
  }),
});

function service(current: { change: Change | null; calls: number }) {
  const changed = (answer: Answer): Answer => {
    const { change } = current;
    if (change === null || current.calls++ !== change.call) return answer;
    const { 'Content-Length': _, ...headers } = answer.headers;
    const [name, value] = change.header;
    return {
      status: change.status,
      headers: { ...headers, [name]: value },
      body: change.bodyOf(answer.body),
    };
  };
  return createService({
    harbor: { registry: demoRegistry(), faults: () => ({ change: changed }) },
    nodes: nodesOf({ 'node-1': { images: [] } }),
    config: {
      app_config: { write_token: 'a-write-token-of-test' },
      nodes_config: { max_age_ms: 0 },
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
        harbor_timeout_ms: 5000,
      },
    },
  });
}

it('a bad answer of Harbor makes an answer of this service, and never internal', async () => {
  const current: { change: Change | null; calls: number } = { change: null, calls: 0 };
  const { get, log } = service(current);
  await holdsAsync(
    fc.tuple(fc.constantFrom(...TARGETS), change),
    async ([target, asked]) => {
      Object.assign(current, { change: asked, calls: 0 });
      const [method = '', path = ''] = target.split(' ');
      const response = await get(path, { method });
      expect(await response.text()).not.toMatch(/"code": ?"internal"|search its log/i);
      const errors = log.filter(({ code, level }) => code === 'internal' || level === 'ERROR');
      expect(errors).toEqual([]);
      log.length = 0;
    },
    100,
  );
}, 240_000);

const path = harborPaths.projects();
const ERRORS = [
  '{"errors":[{"code":"NOT_FOUND","message":"path /a was not found"}]}',
  '{"errors":[{"code":"DENIED","message":"read only"}]}',
];

it('a bad refusal is a problem with one short line, and names no more than a host to change to', () => {
  const refusal = fc.record({
    status: fc.integer({ min: 0, max: 599 }),
    text: fc.oneof(mutated(ERRORS), fc.constant(null)),
    location: headerText,
    type: fc.oneof(headerText, fc.constant('application/json')),
    retryAfter: headerText,
  });
  holds(refusal, ({ status, text, location, type, retryAfter }) => {
    const headers = new Headers({ location, 'content-type': type, 'retry-after': retryAfter });
    const answer = { status, headers, text };
    const problem = refusalProblem({ method: 'GET', path }, answer, HARBOR_CLIENT);
    expect(problem.message).not.toMatch(/\p{Cc}/u);
    expect(problem.message.length).toBeLessThan(2000);
    expect(problem.headers['Retry-After'] ?? '5').toMatch(/^(\d{1,5}|\w{3}, [\w :]+)$/);
  });
});

it('a total is a whole number that a list can have, or unknown', () => {
  holds(
    fc.oneof(
      headerText,
      anyText.map((text) => text.replace(/\P{Nd}/gu, '')),
    ),
    (text) => {
      const total = totalOf(new Headers({ 'x-total-count': text.replace(/[^\x20-\x7e]/g, '') }));
      expect(total === null || (Number.isSafeInteger(total) && total >= 0)).toBe(true);
    },
  );
});
