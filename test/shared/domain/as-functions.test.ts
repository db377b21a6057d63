/** The domain is called as functions: with services in memory and a request, without Hono, `fetch` or a server. */
import { expect, it } from 'vitest';
import { applyPlan } from '../../../shared/domain/cleanup/apply-cleanup.ts';
import { makePlan } from '../../../shared/domain/cleanup/cleanup-planning.ts';
import { findComparison } from '../../../shared/domain/comparison/compare-list.ts';
import { deleteUnlessBlocked, planDeletion } from '../../../shared/domain/deletion/deletion.ts';
import { PLAN_ONLY } from '../../../shared/domain/deletion/deletion-options.ts';
import { deletionContext } from '../../../shared/domain/deletion/deletion-request.ts';
import { findDrift } from '../../../shared/domain/drift/drift-list.ts';
import { checkSources } from '../../../shared/domain/readiness/readiness.ts';
import { findUnused } from '../../../shared/domain/unused/unused-list.ts';
import { findUses } from '../../../shared/domain/usage/usage-list.ts';
import { readPolicy } from '../../../shared/values/policy/policy.ts';
import { sleep } from '../../../shared/values/sleep.ts';
import { domainWorld, requestOf } from '../../support/domain.ts';
import { containerRow, imageRow } from '../../support/host-rows.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../support/names.ts';

const [RUNNING, UNUSED] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
];
const AT = { project: projectNamed('shop'), repository: repositoryNamed('web') };
const image = imageRow({
  id: 'a'.repeat(64),
  repo_digests: [`harbor.example.test/shop/web@${RUNNING}`],
});

function world() {
  const { services, contents } = domainWorld({
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [
            { digest: RUNNING, tags: ['v1'] },
            { digest: UNUSED, tags: ['v0'] },
          ],
        },
      },
    ],
    nodes: {
      'node-1': {
        images: [image],
        containers: [containerRow({ image_ref: image.id, name: 'app' })],
      },
    },
  });
  const left = () => [...(contents.repository('shop', 'web')?.artifacts.keys() ?? [])];
  return { services, left };
}

const deletionOf = (tag: string, dry_run: boolean) => ({
  at: AT,
  reference: referenceNamed(tag),
  options: { ...PLAN_ONLY, dry_run },
});

it('plans deletions', async () => {
  const { services } = world();
  const context = deletionContext(services, requestOf());
  expect((await planDeletion(context, deletionOf('v1', true))).usage.usage).toBe('in_use');
  expect((await planDeletion(context, deletionOf('v0', true))).blockers).toEqual([]);
});

it('deletes what nothing prevents, and refuses the rest', async () => {
  const { left, services } = world();
  const context = deletionContext(services, requestOf());
  await expect(deleteUnlessBlocked(context, deletionOf('v1', false))).rejects.toMatchObject({
    code: 'in_use',
  });
  await deleteUnlessBlocked(context, deletionOf('v0', false));
  expect(left()).toEqual([RUNNING]);
});

it('plans and applies cleanups', async () => {
  const { left, services } = world();
  const { policy } = readPolicy({ tags: ['*'] });
  if (policy === null) throw new Error('not a policy');
  const request = requestOf();
  const made = await makePlan(services, request, { policy, apply: true });
  const applied = await applyPlan(services, request, { made, reason: null, hasLeft: () => false });
  expect(applied.results.map(({ digest, outcome }) => [digest, outcome])).toEqual([
    [UNUSED, 'deleted'],
  ]);
  expect(left()).toEqual([RUNNING]);
});

it('finds uses, drift, what is unused, and what nodes have in common', async () => {
  const { services } = world();
  const request = requestOf();
  const { uses } = await findUses(services, request, { at: AT, reference: referenceNamed('v1') });
  expect(uses).toMatchObject([{ node: 'node-1', container: 'app', match: 'artifact' }]);
  const { found } = await findDrift(services, request, {});
  expect(found.rows).toMatchObject([{ status: 'in_sync', digest: RUNNING }]);
  const { artifacts } = await findUnused(services, request, {});
  expect(artifacts.map(({ digest }) => digest)).toEqual([UNUSED]);
  const { comparison } = await findComparison(services, request);
  expect(comparison.single.length + comparison.common.length).toBe(1);
});

it('checks the sources', async () => {
  const { services } = world();
  const { status } = await checkSources({ ...services, sleep }, new AbortController().signal);
  expect(status).toBe('ok');
});
