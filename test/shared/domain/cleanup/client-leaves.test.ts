/** A client that leaves in the middle of a cleanup: what is under way is finished, and nothing new begins. */
import { expect, it } from 'vitest';
import { applyPlan } from '../../../../shared/domain/cleanup/apply-cleanup.ts';
import { makePlan } from '../../../../shared/domain/cleanup/cleanup-planning.ts';
import { readPolicy } from '../../../../shared/values/policy/policy.ts';
import { domainWorld, requestOf } from '../../../support/domain.ts';
import { onSent } from '../deletion/deleting.ts';

const COUNT = 10;
const artifacts = Array.from({ length: COUNT }, (_, index) => ({ tags: [`v${index}`] }));

it('goes on with the rest when it is planned and applied again', async () => {
  const leaving = new AbortController();
  const { services, memory, lines, clock } = domainWorld({
    projects: [{ name: 'team', repositories: { web: artifacts } }],
    nodes: { 'node-1': {} },
    faults: onSent(() => {
      leaving.abort();
      return clock.sleep(200);
    }),
  });
  const { policy } = readPolicy({ tags: ['*'] });
  if (policy === null) throw new Error('the policy is not valid');
  const clean = async (signal: AbortSignal) => {
    const request = requestOf({ signal });
    const made = await makePlan(services, request, { policy, apply: true });
    return applyPlan(services, request, { made, reason: null, hasLeft: () => signal.aborted });
  };

  const first = await clean(leaving.signal);
  const gone = memory.deletions.length;
  const rest = await clean(new AbortController().signal);

  expect(gone).toBeGreaterThan(0);
  expect(gone).toBeLessThanOrEqual(2);
  expect(first).toMatchObject({ deleted: gone, failed: 0, stopped: null });
  expect(lines.find(({ msg }) => msg === 'the cleanup has ended')).toMatchObject({
    deleted: gone,
    failed: 0,
  });
  expect(rest).toMatchObject({ deleted: COUNT - gone });
});
