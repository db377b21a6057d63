import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { type Exchange, harborExchange, harborRecordings } from '../fixtures/recordings.ts';
import { eventually } from '../support/eventually.ts';
import { comparable, send } from './exchange.ts';
import { NOT_COVERED } from './not-covered.ts';
import { BULK, recordedRegistry } from './recorded-registry.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';

const VERSIONS = [
  { version: 'v2.14.4', personality: 'v2.14.4' },
  { version: 'v2.14.4-more', personality: 'v2.14.4' },
  { version: 'v2.8.6', personality: 'v2.8.6' },
] as const;

const WRONG_PASSWORD: Pick<Exchange, 'as' | 'request'> = {
  as: 'bad-password',
  request: { method: 'GET', path: '/api/v2.0/projects', headers: [['Host', 'harbor.test']] },
};

describe.each(VERSIONS)('the stand-in as Harbor $version', ({ version, personality }) => {
  const notCovered = Object.values(NOT_COVERED[version] ?? {}).flat();
  const inScenarios = SCENARIOS.flatMap((scenario) => scenario.fixtures);
  const all = harborRecordings(version);
  const reads: Scenario = {
    title: 'everything that needs no preparation',
    fixtures: all.filter((name) => !notCovered.includes(name) && !inScenarios.includes(name)),
  };

  it('lists as not covered only what is recorded and not replayed', () => {
    expect(notCovered.filter((name) => !all.includes(name) || inScenarios.includes(name))).toEqual(
      [],
    );
    expect(new Set(notCovered).size).toBe(notCovered.length);
  });

  const replayed = [reads, ...SCENARIOS]
    .map((scenario) => ({
      ...scenario,
      fixtures: scenario.fixtures.filter((name) => all.includes(name)),
    }))
    .filter((scenario) => scenario.fixtures.length > 0);

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

    it.each(scenario.fixtures)('%s', async (name) => {
      const exchange = harborExchange(version, name);

      const answer = await send(server.url, exchange);

      expect(comparable(answer)).toEqual(comparable(exchange.response));
    });
  });
});
