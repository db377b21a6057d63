/** Harbor's database is down for any time, while clients ask. Nobody blames the password, and all is well soon after. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PERSONALITIES, type PersonalityName } from '../../../demo/harbor/personality.ts';
import { Registry } from '../../../demo/harbor/registry.ts';
import { createSharedWork } from '../../../shared/adapters/harbor/http/shared-work.ts';
import { listProjects } from '../../../shared/adapters/harbor/project-list.ts';
import { watchReadiness } from '../../../shared/node/readiness-watch.ts';
import { createService } from '../../support/service.ts';
import { plainRegistry, virtualHarbor } from '../adapters/harbor/virtual-harbor.ts';

const RUNS = 20;
const ACCOUNT = { name: 'keeper', password: 'password-of-the-keeper', kind: 'admin' } as const;
const SECOND = 1000;
/** A call that is under way when the outage begins or ends has answers of both times. */
const CALL_MS = 3 * SECOND;

const cases = fc.record({
  personality: fc.constantFrom(...(Object.keys(PERSONALITIES) as PersonalityName[])),
  beginsMs: fc.integer({ min: 0, max: 90 * SECOND }),
  lastsMs: fc.integer({ min: SECOND, max: 300 * SECOND }),
  everyMs: fc.integer({ min: 500, max: 20 * SECOND }),
});

it(`an outage of the database is never a wrong password, in ${RUNS} random cases`, async () => {
  const { services } = createService({});
  await fc.assert(
    fc.asyncProperty(cases, async ({ personality, beginsMs, lastsMs, everyMs }) => {
      const registry = new Registry({ accounts: [ACCOUNT], projects: [{ name: 'team' }] });
      const { harbor, standIn, clock, open } = virtualHarbor(
        { registry, personality, latencyMs: 5, loginLockMs: 1500 },
        { username: ACCOUNT.name, password: ACCOUNT.password },
        (now) => ({ shared: createSharedWork({ concurrency: 6, waitMs: 30_000, now }) }),
      );
      const startMs = clock.now();
      const endsMs = beginsMs + lastsMs;
      const seen: { readonly atMs: number; readonly code: unknown }[] = [];
      const asking = async (): Promise<void> => {
        for (; clock.now() - startMs < endsMs + 16 * SECOND; await clock.sleep(everyMs)) {
          const code = await listProjects(open()).then(
            () => 'ok',
            (err: unknown) => Reflect.get(err ?? {}, 'code'),
          );
          seen.push({ atMs: clock.now() - startMs, code });
        }
      };
      const watch = watchReadiness({
        ...services,
        registry: plainRegistry(harbor),
        sleep: clock.sleep,
      });
      const outage = async (): Promise<void> => {
        await clock.sleep(beginsMs);
        standIn.outage = 'database';
        await clock.sleep(lastsMs);
        standIn.outage = null;
        await clock.sleep(15 * SECOND);
        expect(watch.current().checks).toEqual(
          expect.arrayContaining([
            { name: 'harbor', status: 'ok' },
            { name: 'harbor_credentials', status: 'ok' },
          ]),
        );
      };
      await Promise.all([asking(), outage()]).finally(() => watch.stop());

      expect(seen.filter(({ code }) => code === 'harbor_unauthorized')).toEqual([]);
      const settled = seen.filter(({ atMs }) => atMs > endsMs + CALL_MS);
      expect(settled).toEqual(settled.map((one) => ({ ...one, code: 'ok' })));
    }),
    { numRuns: RUNS },
  );
}, 60_000);
