/** The domain over Harbor's client and the stand-in, for faults of Harbor and of its network. */
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { createHarborStandIn, type HarborStandIn } from '../../../../demo/harbor/stand-in.ts';
import { createHarbor } from '../../../../shared/adapters/harbor/client.ts';
import { createSharedWork } from '../../../../shared/adapters/harbor/http/shared-work.ts';
import type { Limit } from '../../../../shared/values/waiting/limit.ts';
import { ACCOUNT, type DomainGiven, domainWorld } from '../../../support/domain.ts';
import { memoryLog } from '../../../support/log.ts';
import { plainRegistry, timedBy } from '../../adapters/harbor/virtual-harbor.ts';

export interface HarborWorldGiven extends Omit<DomainGiven, 'faults' | 'registry'> {
  readonly faults: Faults;
  /** For the calls of deletions. Default: that of a process. */
  readonly deletions?: Limit;
}

export function harborWorld({ faults, deletions, ...given }: HarborWorldGiven) {
  const made: { standIn: HarborStandIn | null } = { standIn: null };
  const { memory: _, ...world } = domainWorld({
    ...given,
    registry: (contents, clock) => {
      made.standIn = createHarborStandIn({ registry: contents, clock, faults });
      const shared = createSharedWork({ concurrency: 6, waitMs: 30_000, now: clock.now });
      const harbor = createHarbor({
        host: 'http://harbor.example.test',
        username: ACCOUNT.name,
        password: ACCOUNT.password,
        fetch: made.standIn.fetch,
        timeoutMs: 30_000,
        concurrency: 6,
        maxRows: 1000,
        ...timedBy(clock),
        logger: memoryLog().logger,
        ...(deletions && { shared: { ...shared, deletions } }),
      });
      return plainRegistry(harbor);
    },
  });
  const { standIn } = made;
  if (standIn === null) throw new Error('the world has no registry');
  return { ...world, standIn };
}
