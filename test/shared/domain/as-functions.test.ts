/** The domain is called as functions: with services in memory and a request, without Hono, `fetch` or a server. */
import { expect, it } from 'vitest';
import { findComparison } from '../../../shared/domain/comparison/compare-list.ts';
import { findDrift } from '../../../shared/domain/drift/drift-list.ts';
import { checkSources } from '../../../shared/domain/readiness/readiness.ts';
import { findUnused } from '../../../shared/domain/unused/unused-list.ts';
import { findUses } from '../../../shared/domain/usage/usage-list.ts';
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
  const { services } = domainWorld({
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
  return services;
}

it('finds uses, drift, what is unused, and what nodes have in common', async () => {
  const services = world();
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
  const services = world();
  const { status } = await checkSources(services, new AbortController().signal);
  expect(status).toBe('ok');
});
