import { expect, it } from 'vitest';
import { findUnused } from '../../../../shared/domain/unused/unused-list.ts';
import { findUses } from '../../../../shared/domain/usage/usage-list.ts';
import { Problem, type ProblemCode } from '../../../../shared/values/problem.ts';
import { domainWorld, requestOf } from '../../../support/domain.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../support/names.ts';
import { containerOf, hostImage } from '../../../support/pulled-images.ts';
import { digest } from '../../../support/pushes.ts';

const AT = { project: projectNamed('shop'), repository: repositoryNamed('web') };
const [INDEX, CHILD, PLAIN, GONE] = ['1', '2', '3', '4'].map(digest) as [
  string,
  string,
  string,
  string,
];
const running = (name: string, manifest = name) => {
  const image = hostImage(name, manifest);
  return { images: [image], containers: [containerOf(image)] };
};

/** What uses an artifact of which nodes run an index, its child, and another one. */
async function usesOf(reference: string, code?: ProblemCode) {
  const { services } = domainWorld({
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [
            { digest: INDEX, tags: ['multi'], children: [{ digest: CHILD }] },
            { digest: PLAIN, tags: ['v1'] },
          ],
        },
      },
    ],
    nodes: {
      'node-1': running(INDEX, CHILD),
      'node-2': running(CHILD),
      'node-3': running(PLAIN),
    },
    ...(code && {
      faults: () => ({ getArtifact: () => Promise.reject(new Problem(code, 'It fails.')) }),
    }),
  });
  return findUses(services, requestOf(), { at: AT, reference: referenceNamed(reference) });
}

it.each([
  ['an index', 'multi', ['node-1 artifact', 'node-2 child']],
  ['a child of an index', CHILD, ['node-1 index', 'node-2 artifact']],
])('%s is used by its relatives', async (_, reference, expected) => {
  const { uses } = await usesOf(reference);
  expect(uses.map(({ node, match }) => `${node} ${match}`)).toEqual(expected);
});

it.each<ProblemCode>([
  'harbor_unreachable',
  'harbor_unauthorized',
  'harbor_forbidden',
  'harbor_bad_response',
])('%s does not mean that Harbor has no such artifact', async (code) => {
  await expect(usesOf(GONE, code)).rejects.toMatchObject({ code });
});

it('an index of which a node holds one child is not unused, nor is another child that has a tag', async () => {
  const { services } = domainWorld({
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [
            {
              digest: INDEX,
              tags: ['v1'],
              children: [{ digest: CHILD }, { digest: GONE, tags: ['v1-arm64'] }],
            },
            { digest: PLAIN, tags: ['v2'] },
          ],
        },
      },
    ],
    nodes: { 'node-1': { images: [hostImage(CHILD)] } },
  });
  const { artifacts } = await findUnused(services, requestOf(), {});
  expect(artifacts.map((artifact) => artifact.digest)).toEqual([PLAIN]);
});
