import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../demo/harbor/clock.ts';
import { LOGIN_LOCK_MS } from '../../demo/harbor/logins.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { type Exchange, recordedExchanges } from '../fixtures/recordings.ts';
import { eventually } from '../support/eventually.ts';
import { comparable, send } from './exchange.ts';
import { authorizationOf, BULK, recordedRegistry } from './recorded-registry.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const VERSIONS = [
  { version: 'v2.14.4', personality: 'v2.14.4' },
  { version: 'v2.14.4-more', personality: 'v2.14.4' },
  { version: 'v2.14.4-undo', personality: 'v2.14.4' },
  { version: 'v2.8.6', personality: 'v2.8.6' },
] as const;

const MORE = 'v2.14.4-more';

const WRONG_PASSWORD: Pick<Exchange, 'as' | 'request'> = {
  as: 'bad-password',
  request: { method: 'GET', path: '/api/v2.0/projects', headers: [['Host', 'harbor.test']] },
};

/**
 * The calls that the service never makes: other parts of Harbor's API, the registry's own API and its tokens,
 * and what changes Harbor. The stand-in does not have them.
 */
const NEVER_CALLED =
  /^GET \/api\/v2\.0\/(auditlog|health|ping|quotas|robots|search|system\/|users\/|webhook)|^GET .*(\/additions\/|\/summary$|\/webhook\/)|^(PUT|POST) .*\/(configurations|policies)$|^\w+ \/(service|v2)\//;

/** A recording that the stand-in does not replay, sent to Harbor's core without its nginx included. */
function isLeftOut({ request: { method, path }, via }: Exchange): boolean {
  return via === 'core' || NEVER_CALLED.test(`${method} ${path}`);
}

describe.each(VERSIONS)('the stand-in as Harbor $version', ({ version, personality }) => {
  const inScenarios = SCENARIOS.flatMap((scenario) => scenario.fixtures);
  const exchanges = recordedExchanges(version).filter((exchange) => !isLeftOut(exchange));
  const byName = new Map(exchanges.map((exchange) => [exchange.name, exchange]));
  const reads: Scenario = {
    title: 'everything that needs no preparation',
    fixtures: [...byName.keys()].filter((name) => !inScenarios.includes(name)),
  };
  const replayed = [reads, ...SCENARIOS]
    .map((scenario) => ({
      ...scenario,
      exchanges: scenario.fixtures.flatMap((name) => byName.get(name) ?? []),
    }))
    .filter((scenario) => scenario.exchanges.length > 0);

  describe.each(replayed)('$title', (scenario) => {
    const registry = recordedRegistry(BULK[version], scenario.extras);
    const standIn = createHarborStandIn({
      registry,
      personality,
      loginLockMs: scenario.loginLocked === true ? 60_000 : 0,
      ...scenario.standIn,
    });
    standIn.outage = scenario.outage ?? null;
    scenario.prepare?.(registry);
    let server: Awaited<ReturnType<typeof standIn.listen>>;

    beforeAll(async () => {
      server = await standIn.listen();
      if (scenario.loginLocked !== true) return;
      // Its connection is cut when the server closes.
      send(server.url, WRONG_PASSWORD).catch(() => undefined);
      await eventually(() => expect(standIn.calls).toHaveLength(1));
    });
    afterAll(() => server.close());

    it.each(scenario.exchanges)('$name', async (exchange) => {
      const answer = await send(server.url, exchange);

      expect(comparable(answer)).toEqual(comparable(exchange.response));
    });
  });
});

describe('a wrong password', () => {
  const recorded = recordedExchanges(MORE).filter(
    ({ name, as }) => name.endsWith(`-as-${as}`) && ['bad-password', 'robot-disabled'].includes(as),
  );

  it.each(recorded)(
    'takes as long as it was recorded: $name',
    async ({ as, request, seconds = 0 }) => {
      const clock = createVirtualClock();
      const registry = recordedRegistry(BULK[MORE]);
      const standIn = createHarborStandIn({ registry, clock, loginLockMs: LOGIN_LOCK_MS });
      const start = clock.now();

      const headers = { Authorization: authorizationOf(as) ?? '' };
      await standIn.fetch(`http://harbor.example.test${request.path}`, { headers });

      expect(Math.abs(clock.now() - start - seconds * 1000)).toBeLessThan(20);
    },
  );
});
