/** Webhooks: Harbor's events in both formats, invocations, and their signatures. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { INVOCABLE_FUNCTIONS } from '../../functions/webhook-invoke.ts';
import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import { readInvocation } from '../../shared/http/invocation.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { isProjectName, isRepositoryName } from '../../shared/values/names.ts';
import { signWebhook, verifyWebhook } from '../../shared/values/standard-webhooks.ts';
import { DELIVERIES, INVOCATIONS } from './examples.ts';
import { holds, holdsAsync, unlessRefused, unlessRejected } from './fuzz.ts';
import { mutatedJson } from './json-mutations.ts';
import { headerText } from './texts.ts';

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
