/** Webhooks: Harbor's events in both formats, invocations, and their signatures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import { readInvocation } from '../../shared/http/invocation.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { isProjectName, isRepositoryName } from '../../shared/values/names.ts';
import { signWebhook, verifyWebhook } from '../../shared/values/standard-webhooks.ts';
import { holds, holdsAsync, unlessRefused, unlessRejected } from './fuzz.ts';
import { expectLinear } from './growth.ts';
import { mutatedJson } from './json-mutations.ts';
import { headerText } from './texts.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const event_data = {
  resources: [{ digest: DIGEST, tag: 'v1', resource_url: 'harbor.example.test/shop/web:v1' }],
  repository: { name: 'web', namespace: 'shop', repo_full_name: 'shop/web' },
};
const DELIVERIES = [
  { type: 'PUSH_ARTIFACT', occur_at: 1_750_000_000, operator: 'admin', event_data },
  {
    specversion: '1.0',
    id: 'a-b',
    source: '/projects/1/webhook/policies/1',
    type: 'harbor.artifact.deleted',
    time: '2026-01-12T09:40:11Z',
    data: event_data,
  },
];
const INVOCATIONS = [
  { project: 'shop', repository: 'apps/web', reference: DIGEST, dry_run: true, reason: 'old' },
  { project: 'shop', page: 1, page_size: 10, q: 'a', sort: '-name', no_cache: true },
  { node: 'https://proxy.example.test/~nodes/node-1', q: 'a&b=c#d' },
  { policy: { tags: ['ci-*'] }, apply: true, if_match: `"${DIGEST}"` },
  { verbose: '', older_than: '30d', status: 'gone', since: '2026-01-12' },
];
const routes = Object.values(INVOCABLE_FUNCTIONS).flatMap((fn) => routesOf(fn));
const ORIGIN = 'http://localhost';

it('a bad delivery is refused, or names places and times that are valid', () => {
  holds(mutatedJson(DELIVERIES), (body) => {
    const { events, type } = unlessRefused(() => parseHarborDelivery(body)) ?? {
      events: [],
      type: 'a',
    };
    expect(type).not.toBe('');
    expect(events.filter(({ project }) => !isProjectName(project))).toEqual([]);
    expect(events.filter(({ repository }) => !isRepositoryName(repository))).toEqual([]);
    const times = events.map(({ occurredAtS }) => new Date(1000 * (occurredAtS ?? 0)).getTime());
    expect(times.filter((ms) => Number.isNaN(ms) || ms > 253_402_300_799_000)).toEqual([]);
  });
});

it('a bad invocation is refused, or calls the route of its function and no other', () => {
  holds(fc.tuple(fc.constantFrom(...routes), mutatedJson(INVOCATIONS)), ([route, body]) => {
    const call = unlessRefused(() => readInvocation(route, body));
    const { pathname, origin, hash } = new URL(call?.path ?? '/', ORIGIN);
    const target = call?.path.split('?')[0] ?? '/';
    expect([origin, pathname, hash]).toEqual([ORIGIN, target, '']);
    expect(call?.method ?? route.method).toBe(route.method);
    const template = route.template.split('{')[0] ?? '';
    expect((call?.path ?? template).startsWith(template)).toBe(true);
    expect(Object.values(call?.headers ?? {}).filter((value) => /\p{Cc}/u.test(value))).toEqual([]);
    expect(() => JSON.parse(call?.body ?? 'null')).not.toThrow();
  });
});

it('no signature but the right one is accepted, whatever the headers hold', async () => {
  const secret = `whsec_${btoa('0123456789'.repeat(3))}`;
  const body = new TextEncoder().encode('{}');
  const signature = await signWebhook({ id: 'a', timestampS: 1000, body }, secret);
  const header = fc.oneof(headerText, fc.constantFrom('a', '1000', signature, `v1, ${signature}`));
  const right = ['a', '1000', signature];
  await holdsAsync(fc.tuple(header, header, header), async (given) => {
    const [id, time, signed] = given;
    const headers = new Headers({
      'webhook-id': id,
      'webhook-timestamp': time,
      'webhook-signature': signed,
    });
    const message = { headers, body };
    const found = await unlessRejected(() =>
      verifyWebhook(message, { secrets: [secret], nowMs: 1_000_000 }),
    );
    const isRight = id === right[0] && time === right[1] && signed.split(' ').includes(signature);
    expect(found).toBe(isRight ? 'a' : null);
  });
});

describe('the time for a webhook grows with its size:', () => {
  const resources = (resource: unknown) => (n: number) => ({
    ...DELIVERIES[0],
    event_data: { ...event_data, resources: Array(Math.floor(n / 10)).fill(resource) },
  });
  const named = (name: (n: number) => string) => (n: number) => ({
    ...DELIVERIES[0],
    event_data: { ...event_data, repository: { repo_full_name: name(n) } },
  });
  it.each<[string, (n: number) => unknown]>([
    ['wrong resources', resources(1)],
    ['too many resources', resources({ digest: DIGEST })],
    ['slashes of a name', named((n) => '/'.repeat(n))],
    ['dashes of a name', named((n) => `a/${'a-'.repeat(n / 2)}!`)],
    ['digits of a time', (n) => ({ ...DELIVERIES[1], time: '1'.repeat(n) })],
    ['brackets of a time', (n) => ({ ...DELIVERIES[1], time: '('.repeat(n) })],
    ['a type', (n) => ({ ...DELIVERIES[0], type: 'a'.repeat(n) })],
    ['members', (n) => Object.fromEntries(Array.from({ length: n / 20 }, (_, i) => [`a${i}`, i]))],
  ])('%s of an event', async (_, make) => {
    await expectLinear(make, parseHarborDelivery);
  });

  it('members of an invocation', async () => {
    const [route] = routes;
    const body = (n: number) =>
      Object.fromEntries(Array.from({ length: n / 10 }, (_, i) => [`a${i}`, i]));
    await expectLinear(body, (given) => route && readInvocation(route, given), { last: 64_000 });
  });

  it('signatures', async () => {
    const secrets = [btoa('0123456789'.repeat(3))];
    const message = (n: number) => ({
      headers: new Headers({
        'webhook-id': 'a',
        'webhook-timestamp': '1000',
        'webhook-signature': 'v1,a '.repeat(n / 5).trim(),
      }),
      body: new Uint8Array(),
    });
    await expectLinear(message, (given) => verifyWebhook(given, { secrets, nowMs: 1_000_000 }));
  });
});
