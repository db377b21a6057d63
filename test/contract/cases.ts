/**
 * The contract: what every deployment answers, function by function. A request id that begins with
 * the name of a fault meets it upstream (upstreams.ts).
 */
import type { FunctionName } from '../../shared/configuration/configuration.ts';
import type { ProblemCode } from '../../shared/problem.ts';
import { recordedDeliveries } from '../support/harbor-deliveries.ts';
import { HARBOR_WEBHOOK_TOKEN, READ_TOKEN, signed, WRITE_TOKEN } from './secrets.ts';

/** Reads open and a write token; a read token too, and one host name alone; no secrets for webhooks. */
export type Deployment = 'open' | 'guarded' | 'bare';

export interface Case {
  readonly title: string;
  /** The function that takes the path. */
  readonly name: FunctionName;
  readonly deployment: Deployment;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Begins with the fault that is asked for, if any. */
  readonly requestId: string;
  readonly status: number;
  /** Null: not a problem. */
  readonly code: ProblemCode | null;
  /** Headers beside those that every answer has. */
  readonly answers: Readonly<Record<string, string | RegExp>>;
  /** The target is another one where the runtime folds dot segments before anyone sees it (Bun). */
  readonly folds: boolean;
}

type Extras = Partial<
  Pick<Case, 'deployment' | 'method' | 'headers' | 'body' | 'answers' | 'folds'>
> & { readonly fault?: string };

const cases: Case[] = [];
let number = 0;

function add(
  name: FunctionName,
  target: string,
  expected: number | readonly [number, ProblemCode],
  extras: Extras = {},
): void {
  const { fault = 'fine', ...rest } = extras;
  const [status, code] = typeof expected === 'number' ? [expected, null] : expected;
  const method = rest.method ?? 'GET';
  const why = [fault, rest.deployment ?? 'open', ...Object.keys(rest.headers ?? {})].join(', ');
  number += 1;
  cases.push({
    title: `${method} ${target.slice(0, 120)} (${why}) is ${status}${code === null ? '' : ` ${code}`}`,
    name,
    target,
    method,
    deployment: 'open',
    headers: {},
    answers: {},
    folds: false,
    requestId: `${fault}.${number}`,
    status,
    code,
    ...rest,
  });
}

/** The lists, and what all of them do. */
const LISTS = [
  ['local-images', '/local-images'],
  ['harbor-projects', '/harbor/projects'],
  ['harbor-repositories', '/harbor/repositories/platform'],
  ['harbor-artifacts', '/harbor/artifacts/platform/apps/web/frontend'],
] as const;

for (const [name, path] of LISTS) {
  const etag = { etag: /^"[A-Za-z0-9+/]{24}"$/ };
  add(name, path, 200, { answers: { ...etag, 'x-total-count': /^\d+$/ } });
  add(name, path, 200, { method: 'HEAD', answers: { ...etag, 'x-total-count': /^\d+$/ } });
  add(name, path, 304, { headers: { 'If-None-Match': '*' }, answers: etag });
  add(name, `${path}?page=1&page_size=1`, 200, { answers: { link: /rel="next"/ } });
  add(name, `${path}?page=9999`, 200, { answers: { link: /rel="last"/ } });
  add(
    name,
    `${path}?q=a&sort=-${name === 'harbor-artifacts' ? 'size' : 'name'}`,
    ...sortable(name),
  );
  for (const query of ['page=0', 'page=x', 'page_size=1001', 'sort=color', 'q=%zz', 'q=a&q=b']) {
    add(name, `${path}?${query}`, [422, 'invalid_request']);
  }
  // With one segment more the path could be that of a deletion, and take DELETE.
  const alone = name === 'harbor-artifacts' ? '/harbor/artifacts/platform/x' : path;
  add(name, alone, [405, 'method_not_allowed'], {
    method: 'POST',
    answers: { allow: 'GET, HEAD' },
  });
  add(name, `${path}/../x`, [name === 'harbor-artifacts' ? 422 : 404, code404(name)], {
    folds: true,
  });
}

function sortable(name: string): [number | readonly [number, ProblemCode]] {
  // Rows of the host have no field `name`.
  return name === 'local-images' ? [[422, 'invalid_request']] : [200];
}

function code404(name: string): ProblemCode {
  return name === 'harbor-artifacts' ? 'invalid_request' : 'not_found';
}

/** Everything that reads Harbor, where Harbor fails. */
for (const [name, path] of LISTS.slice(1)) {
  add(name, path, [502, 'harbor_unreachable'], { fault: 'harbor-down' });
  add(name, path, [502, 'harbor_unreachable'], { fault: 'harbor-cut' });
  add(name, path, [504, 'harbor_timeout'], { fault: 'harbor-slow' });
  add(name, path, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
  add(name, path, [502, 'harbor_unauthorized'], { fault: 'harbor-anonymous' });
  add(name, path, [503, 'harbor_overloaded'], {
    fault: 'harbor-busy',
    answers: { 'retry-after': '7' },
  });
}
for (const [fault, ...expected] of [
  ['bridge-down', 503, 'bridge_unavailable'],
  ['bridge-slow', 503, 'bridge_unavailable'],
  ['bridge-html', 503, 'bridge_unavailable'],
  ['bridge-crictl', 503, 'crictl_not_found'],
] as const) {
  add('local-images', '/local-images', expected, { fault });
}

/** Names: what is in Harbor's grammar, in each encoding, and what is not. */
const IN_USE = '/harbor/artifacts/platform/apps';
for (const path of [`${IN_USE}%2Fweb/frontend`, `${IN_USE}%252Fweb%2ffrontend`]) {
  add('harbor-artifacts', path, 200, { answers: { 'x-total-count': '4' } });
}
add('harbor-artifacts', '/harbor/artifacts/platform/nowhere', [404, 'harbor_not_found']);
add('harbor-repositories', '/harbor/repositories/2025', 200, { answers: { 'x-total-count': '1' } });
for (const bad of ['UPPER', 'a%20b', '%zz', '%00', '%5c', '%252e%252e', '']) {
  add('harbor-repositories', `/harbor/repositories/${bad}`, [422, 'invalid_request']);
  add('harbor-artifacts', `${IN_USE}/${bad}/x`, [422, 'invalid_request']);
}
for (const dots of ['..', '.', '%2e%2e', '.%2E']) {
  add('harbor-repositories', `/harbor/repositories/${dots}`, [422, 'invalid_request'], {
    folds: true,
  });
  add('harbor-artifacts', `${IN_USE}/${dots}/web/frontend`, [422, 'invalid_request'], {
    folds: true,
  });
  add('delete-harbor-artifact', `${IN_USE}/web/frontend/${dots}`, [422, 'invalid_request'], {
    method: 'DELETE',
    headers: { Authorization: `Bearer ${WRITE_TOKEN}` },
    folds: true,
  });
}

/** Deletion. None of these deletes anything, so that all can be asked again. */
const FRONTEND = '/harbor/artifacts/platform/apps/web/frontend';
const remove = (target: string, expected: Parameters<typeof add>[2], extras: Extras = {}) =>
  add('delete-harbor-artifact', target, expected, {
    method: 'DELETE',
    ...extras,
    headers: { Authorization: `Bearer ${WRITE_TOKEN}`, ...extras.headers },
  });
remove(`${FRONTEND}/2.4.1?dry_run=true`, 200);
remove(`${FRONTEND}/pr-481?dry_run=true&tag_only=true`, 200);
remove(`${FRONTEND}/stable`, [409, 'other_tags']);
remove(`${FRONTEND}/nothing`, [404, 'harbor_not_found']);
remove(`${FRONTEND}/2.4.1?dry_run=yes`, [422, 'invalid_request']);
remove(`${FRONTEND}/sha256:${'0'.repeat(64)}?tag_only=true`, [422, 'invalid_request']);
remove(`${FRONTEND}/2.4.1`, [412, 'reference_moved'], {
  headers: { 'If-Match': `"sha256:${'0'.repeat(64)}"` },
});
remove(`${FRONTEND}/2.4.1`, [401, 'unauthorized'], { headers: { Authorization: 'Bearer wrong' } });
remove(`${FRONTEND}/2.4.1`, [401, 'unauthorized'], {
  deployment: 'guarded',
  headers: { Host: 'allowed.example', Authorization: `Bearer ${READ_TOKEN}` },
});
remove(`${FRONTEND}/pr-481`, [409, 'usage_unknown'], { fault: 'bridge-crictl' });
remove(`${FRONTEND}/pr-481`, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
add('delete-harbor-artifact', `${FRONTEND}/2.4.1`, [401, 'unauthorized'], { method: 'DELETE' });

/** The others. */
add('images', '/images', 200);
add('images', '/images', 200, { method: 'HEAD' });
add('images', '/images', 200, { fault: 'harbor-html' });
add('images', '/images', 200, { fault: 'bridge-down' });
add('images', '/images', [502, 'no_source'], { fault: 'all-html' });
add('images', '/images', [405, 'method_not_allowed'], { method: 'PUT' });
add('health', '/livez', 200);
add('health', '/livez', 200, { method: 'HEAD' });
add('health', '/livez', [405, 'method_not_allowed'], { method: 'POST' });
add('health', '/readyz', 200);
add('health', '/readyz', 200, { headers: { Accept: 'application/json' } });
add('health', '/readyz?verbose', 200);
add('openapi', '/openapi.json', 200);
add('openapi', '/openapi.json', [405, 'method_not_allowed'], { method: 'DELETE' });
for (const [name, path] of [
  ...LISTS,
  ['images', '/images'],
  ['openapi', '/openapi.json'],
] as const) {
  add(name, `${path}/`, [name === 'harbor-artifacts' ? 422 : 404, code404(name)]);
  const host = { Host: 'allowed.example' };
  const guarded = { deployment: 'guarded', headers: host } as const;
  add(name, path, [401, 'unauthorized'], { ...guarded, answers: { 'www-authenticate': 'Bearer' } });
  for (const token of [READ_TOKEN, WRITE_TOKEN]) {
    add(name, path, 200, { ...guarded, headers: { ...host, Authorization: `Bearer ${token}` } });
  }
  add(name, path, [403, 'forbidden'], { ...guarded, headers: { Host: 'other.example' } });
}
add('health', '/livez', 200, { deployment: 'guarded', headers: { Host: 'other.example' } });
add('health', '/readyz', 200, {
  deployment: 'guarded',
  headers: { Host: 'other.example' },
});
add('health', '/readyz?verbose', [401, 'unauthorized'], { deployment: 'guarded' });
for (const path of ['/', '/nowhere', '/local-imagesx', '//local-images', '/webhooks']) {
  add('health', path, [404, 'not_found']);
}

/** Webhooks. */
const [delivery] = recordedDeliveries('pull-tag');
const deliver = (expected: Parameters<typeof add>[2], extras: Extras = {}) =>
  add('harbor-webhook', '/webhooks/harbor', expected, {
    method: 'POST',
    body: delivery?.body ?? '',
    ...extras,
    headers: {
      Authorization: HARBOR_WEBHOOK_TOKEN,
      'Content-Type': 'application/json',
      ...extras.headers,
    },
  });
deliver(202);
deliver([401, 'unauthorized'], { headers: { Authorization: 'Bearer wrong' } });
deliver([415, 'unsupported_media_type'], { headers: { 'Content-Type': 'text/plain' } });
deliver([422, 'invalid_request'], { body: '{"type":' });
deliver([413, 'payload_too_large'], { body: ' '.repeat(1024 * 1024 + 1) });
deliver([403, 'webhook_not_configured'], { deployment: 'bare' });
add('harbor-webhook', '/webhooks/harbor', [405, 'method_not_allowed'], {
  answers: { allow: 'POST' },
});

const invoke = (
  name: string,
  parameters: object,
  expected: Parameters<typeof add>[2],
  extras: Extras = {},
) => {
  const body = JSON.stringify(parameters);
  add('webhook-invoke', `/webhooks/${name}`, expected, {
    method: 'POST',
    body,
    ...extras,
    headers: { 'Content-Type': 'application/json', ...signed(body), ...extras.headers },
  });
};
invoke('harbor-projects', { page_size: 2 }, 200, { answers: { 'x-total-count': '7' } });
invoke('local-images', {}, 200);
invoke('harbor-artifacts', { project: 'platform', repository: '..' }, [422, 'invalid_request']);
invoke('nothing', {}, [404, 'not_found']);
invoke('images', {}, [401, 'signature_invalid'], { headers: { 'webhook-signature': 'v1,AAAA' } });
invoke('images', {}, [403, 'webhook_not_configured'], { deployment: 'bare' });
invoke('harbor-projects', {}, [502, 'harbor_bad_response'], { fault: 'harbor-html' });
add('webhook-invoke', '/webhooks/images', [405, 'method_not_allowed'], {
  answers: { allow: 'POST' },
});

export const CASES: readonly Case[] = cases;
