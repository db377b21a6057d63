/** Lists that are called proven have every immutable tag, whoever read them first and whenever the rules were lost. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Registry } from '../../../../demo/harbor/registry.ts';
import { createSharedContents } from '../../../../shared/node/sharing/shared-contents.ts';
import { at } from '../../../ports/registry-projects.ts';
import { virtualHarbor } from '../../adapters/harbor/virtual-harbor.ts';

const RUNS = 300;
const ACCOUNT = { name: 'keeper', password: 'password-of-the-keeper', kind: 'admin' } as const;
const REPOSITORIES = [at('shop', 'web'), at('shop', 'api')];

const times = fc.integer({ min: 0, max: 12_000 });
const cases = fc.record({
  reads: fc.array(fc.record({ atMs: times, isPlain: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  }),
  outages: fc.array(fc.record({ atMs: times, forMs: fc.integer({ min: 1, max: 6000 }) }), {
    maxLength: 3,
  }),
});

it(`no proven list lacks an immutable tag, in ${RUNS} random cases`, async () => {
  let proven = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ reads, outages }) => {
      const registry = new Registry({
        accounts: [ACCOUNT],
        projects: [
          {
            name: 'shop',
            immutableTags: ['r*'],
            repositories: { web: [{ tags: ['r1'] }], api: [{ tags: ['r1'] }] },
          },
        ],
      });
      const { clock, standIn, open } = virtualHarbor(
        { registry, latencyMs: 20 },
        { username: ACCOUNT.name, password: ACCOUNT.password },
      );
      const contents = createSharedContents({ maxAgeMs: 5000, now: clock.now });
      const lost = outages.map(async ({ atMs, forMs }) => {
        await clock.sleep(atMs);
        standIn.outage = { table: 'immutable_tag_rule' };
        await clock.sleep(forMs);
        standIn.outage = null;
      });
      const read = reads.map(async ({ atMs, isPlain }) => {
        await clock.sleep(atMs);
        if (isPlain) {
          for (const where of REPOSITORIES) await contents.artifacts(open(), where);
          return [];
        }
        const { lists, tagRules } = await contents.artifactsWithRules(open(), REPOSITORIES);
        if (tagRules === 'unreadable') return [];
        proven += 1;
        return lists.map((list) => list?.map(({ immutableTags }) => immutableTags));
      });
      const found = (await Promise.all(read)).flat();
      await Promise.all(lost);
      expect(found).toEqual(found.map(() => [['r1']]));
    }),
    { numRuns: RUNS },
  );
  expect(proven).toBeGreaterThan(RUNS / 2);
});

it('a list is not read again within the age, although time passes between two looks at the clock', async () => {
  const registry = new Registry({
    accounts: [ACCOUNT],
    projects: [
      { name: 'shop', repositories: { web: [{ tags: ['r1'] }], api: [{ tags: ['r1'] }] } },
    ],
  });
  const { clock, standIn, open } = virtualHarbor(
    { registry, latencyMs: 20 },
    { username: ACCOUNT.name, password: ACCOUNT.password },
  );
  let passedMs = 0;
  let stepMs = 0;
  const now = () => {
    passedMs += stepMs;
    return clock.now() + passedMs;
  };
  const contents = createSharedContents({ maxAgeMs: 60_000, now });
  const first = await contents.artifactsWithRules(open(), REPOSITORIES);
  const calls = standIn.calls.length;
  stepMs = 1;
  const second = await contents.artifactsWithRules(open(), REPOSITORIES);
  expect(second.lists.map((list, index) => list === first.lists[index])).toEqual([true, true]);
  expect(standIn.calls).toHaveLength(calls);
});
