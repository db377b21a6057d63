/** The network breaks when Harbor has received a deletion: what its answers and the journal say of the outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { fakeCrictl } from '../../fake-crictl/index.ts';
import { bodyOf } from '../../support/body.ts';
import { NODE } from '../../support/bridge.ts';
import type { AtEnd } from '../../support/folder.ts';
import { LOGIN, registryOf, serveHarbor, startHarborService } from '../harbor-service.ts';
import { recovery } from '../recovery.ts';
import { startToxiproxy, type ToxicProxy } from '../toxiproxy.ts';
import { begin, end, type NetworkFault } from './network-faults.ts';

const DIGESTS = [1, 2, 3, 4].map((digit) => `sha256:${String(digit).repeat(64)}`);
const [FIRST = ''] = DIGESTS;
/** A moment, within which the service asks Harbor for the outcome. */
const MOMENT_MS = 1000;
const FAULTS: readonly NetworkFault[] = [
  'answers vanish',
  'connections are reset',
  'connections are refused',
];

interface Between {
  readonly atEnd: AtEnd;
  readonly fault: NetworkFault;
  /** Ends the fault by itself, so soon after it began. */
  readonly healsAfterMs?: number;
}

/** A service with four artifacts, whose connection to Harbor breaks when the first DELETE has arrived there. */
async function breaking({ atEnd, fault, healsAfterMs }: Between) {
  const registry = registryOf([
    {
      name: 'team',
      repositories: { web: DIGESTS.map((digest, index) => ({ digest, tags: [`v${index}`] })) },
    },
  ]);
  let broken: Promise<void> | null = null;
  const proxies: ToxicProxy[] = [];
  const standIn = createHarborStandIn({
    registry,
    // A delayed call goes on once the fault has begun.
    clock: { now: Date.now, sleep: () => broken ?? Promise.resolve() },
    faults: ({ method }) => {
      if (method !== 'DELETE' || broken !== null) return undefined;
      broken = begin(fault, proxies);
      if (healsAfterMs !== undefined) {
        const healed = sleep(healsAfterMs).then(() => end(proxies));
        atEnd(() => healed);
      }
      return { delayMs: 1 };
    },
  });
  const harbor = await serveHarbor(standIn, atEnd);
  const toxiproxy = await startToxiproxy(atEnd);
  proxies.push(await toxiproxy.between(harbor.url));
  // A cleanup needs a host that can be read.
  const crictl = fakeCrictl(NODE);
  atEnd(() => crictl.cleanup());
  const service = await startHarborService({
    config: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      harbor_config: {
        harbor_host: proxies[0]?.url,
        ...LOGIN,
        harbor_timeout_ms: 2000,
      },
    },
    atEnd,
  });
  const left = () => [...(registry.repository('team', 'web')?.artifacts.keys() ?? [])];
  return { ...service, standIn, left, heal: () => end(proxies) };
}

describe.concurrent('a deletion that Harbor carries out, while its answer is lost', () => {
  it.for(FAULTS)('is deleted if %s for a moment', async (fault, { expect, onTestFinished }) => {
    const service = await breaking({ atEnd: onTestFinished, fault, healsAfterMs: MOMENT_MS });

    const answer = await service.remove(`team/web/${FIRST}`);

    expect([answer.status, await bodyOf(answer)]).toMatchObject([200, { deleted: true }]);
    expect(service.left()).not.toContain(FIRST);
    expect(service.standIn.deletions).toMatchObject([{ digest: FIRST }]);
    expect(await service.rows()).toMatchObject([{ digest: FIRST, outcome: 'deleted' }]);
  });

  it.for(FAULTS)(
    'is unknown if %s for long, and settled afterwards',
    async (fault, { expect, onTestFinished }) => {
      const service = await breaking({ atEnd: onTestFinished, fault });

      const answer = await service.remove(`team/web/${FIRST}`);

      expect([answer.status, await bodyOf(answer)]).toMatchObject([
        504,
        { code: 'harbor_timeout', outcome: 'unknown' },
      ]);
      expect(await service.rows()).toMatchObject([{ digest: FIRST, outcome: 'unknown' }]);
      await service.heal();
      await recovery(`a lost deletion is settled: ${fault}`, async () =>
        expect(await service.rows()).toMatchObject([{ digest: FIRST, outcome: 'deleted' }]),
      );
      expect(service.standIn.deletions).toMatchObject([{ digest: FIRST }]);
    },
  );

  it.for(FAULTS)(
    'is told with the others of its cleanup if %s for long',
    async (fault, { expect, onTestFinished }) => {
      const service = await breaking({ atEnd: onTestFinished, fault });
      const policy = { repositories: ['team/web'], tags: ['*'] };
      const plan = await service.cleanUp(policy);

      const answer = await service.cleanUp(policy, plan.headers.get('etag') ?? '');

      const { results, deleted, failed, kept_now } = await bodyOf(answer);
      expect([answer.status, deleted, Number(failed) + Number(kept_now)]).toEqual([200, 0, 4]);
      const gone = service.standIn.deletions.map(({ digest }) => digest);
      expect(results).toEqual(
        expect.arrayContaining(
          gone.map((digest) => expect.objectContaining({ digest, outcome: 'failed' })),
        ),
      );
      await service.heal();
      await recovery(`a cleanup is settled: ${fault}`, async () => {
        const rows = await service.rows();
        const known = rows.filter(({ outcome }) => outcome === 'deleted');
        expect(known.map(({ digest }) => digest).toSorted()).toEqual(gone.toSorted());
      });
      expect([...service.left(), ...gone].toSorted()).toEqual(DIGESTS);
    },
  );
});
