/** Nodes that list their containers so slowly that no deletion may rely on the lists. */
import { expect, it } from 'vitest';
import { makePlan } from '../../../../shared/domain/cleanup/cleanup-planning.ts';
import { readPolicy } from '../../../../shared/values/policy/policy.ts';
import { orProblem } from '../../../../shared/values/problem.ts';
import { type DomainGiven, domainWorld, requestOf } from '../../../support/domain.ts';

function planOver(nodes: NonNullable<DomainGiven['nodes']>, apply: boolean) {
  const repositories = { web: [{ tags: ['v1'] }] };
  const { services } = domainWorld({ projects: [{ name: 'team', repositories }], nodes });
  const { policy } = readPolicy({ tags: ['*'] });
  if (policy === null) throw new Error('the policy is not valid');
  return makePlan(services, requestOf(), { policy, apply }).catch(orProblem);
}

it.each([false, true])('the slow one is named, and nothing is planned: apply %s', async (apply) => {
  const problem = await planOver({ quick: {}, slow: { psMs: 1300 } }, apply);

  expect(problem).toMatchObject({
    ...{ status: 409, code: 'usage_unknown', extras: { unreadable: ['slow'] } },
    message: expect.stringContaining('Node slow: It takes 1300 ms to list its containers'),
  });
});

it('the one whose list became old while others answered is named, if none is slow', async () => {
  const nodes = { early: { runMs: 0, psMs: 900 }, late: { runMs: 900, psMs: 900 } };

  const problem = await planOver(nodes, false);

  expect(problem).toMatchObject({
    ...{ code: 'usage_unknown', extras: { unreadable: ['early'] } },
    message: expect.stringContaining('Node early: Its list of containers was 2700 ms old'),
  });
});
