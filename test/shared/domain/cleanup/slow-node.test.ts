/** A node that lists its containers so slowly that no deletion may rely on the list. */
import { expect, it } from 'vitest';
import { makePlan } from '../../../../shared/domain/cleanup/cleanup-planning.ts';
import { readPolicy } from '../../../../shared/values/policy/policy.ts';
import { orProblem } from '../../../../shared/values/problem.ts';
import { domainWorld, requestOf } from '../../../support/domain.ts';

it.each([false, true])('is named, and nothing is planned: apply %s', async (apply) => {
  const { services } = domainWorld({
    projects: [{ name: 'team', repositories: { web: [{ tags: ['v1'] }] } }],
    nodes: { quick: {}, slow: { psMs: 1300 } },
  });
  const { policy } = readPolicy({ tags: ['*'] });
  if (policy === null) throw new Error('the policy is not valid');

  const problem = await makePlan(services, requestOf(), { policy, apply }).catch(orProblem);

  expect(problem).toMatchObject({
    ...{ status: 409, code: 'usage_unknown', extras: { unreadable: ['slow'] } },
    message: expect.stringContaining('Node slow: It takes 1300 ms to list its containers'),
  });
});
