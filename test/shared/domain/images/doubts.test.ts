/** Which manifests are read to decide doubts, in which order, and when that ends. */
import { describe, expect, it } from 'vitest';
import { createKnownManifests } from '../../../../shared/adapters/harbor/http/known-manifests.ts';
import { holdingsIn } from '../../../../shared/domain/cleanup/holding.ts';
import { withDoubtsDecided } from '../../../../shared/domain/images/doubts.ts';
import { heldIndex } from '../../../../shared/domain/images/held-index.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { noMemo } from '../../../../shared/ports/services.ts';
import type { RepositoryAt } from '../../../../shared/values/names.ts';
import { imageRow } from '../../../support/host-rows.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import { listedArtifact } from '../../../support/registry-artifact.ts';

const sha = (kind: number, number: number) =>
  `sha256:${kind}${number.toString(16).padStart(63, '0')}`;
const digestOf = (number: number) => sha(1, number);
const idOf = (number: number) => sha(2, number).slice('sha256:'.length);

/** Artifacts with these numbers. */
function repositoryOf(name: string, numbers: readonly number[], project = 'shop') {
  const artifacts = numbers.map((number) => listedArtifact(digestOf(number)));
  return { at: { project: projectNamed(project), repository: repositoryNamed(name) }, artifacts };
}
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

interface World {
  readonly images: readonly HostImage[];
  readonly repositories: readonly ReturnType<typeof repositoryOf>[];
  /** Projects of which Harbor provides no manifest. */
  readonly closed?: readonly string[];
  readonly configs?: ReturnType<typeof createKnownManifests>;
}

/** Decides which artifacts are held, and tells which manifests were read. */
async function decide(world: World) {
  const { images, repositories, closed = [], configs = createKnownManifests() } = world;
  const reading = { facts: null, images, containers: [] };
  const held = heldIndex([{ name: 'node-1', reading }], noMemo);
  const read: string[] = [];
  const registry = {
    configs,
    readConfigDigests: async ({ project }: RepositoryAt, [digest = '']: readonly string[]) => {
      if (configs.of([digest]) === null) read.push(digest);
      if (closed.includes(project)) return null;
      configs.add(digest, { configDigest: digest.replace(':1', ':2') });
      return configs.of([digest]);
    },
  };
  const { kept } = await withDoubtsDecided({ registry, held }, (known) => {
    const all = repositories.flatMap((repository) => {
      const holdingOf = holdingsIn(held, repository, known);
      return repository.artifacts.map((artifact) => ({
        at: repository.at,
        artifact,
        holding: holdingOf(artifact),
      }));
    });
    const holdings = all.filter(({ holding }) => holding !== null);
    return {
      kept: holdings.map(({ artifact }) => artifact.digest),
      doubted: holdings.filter(({ holding }) => holding?.isDoubtful),
    };
  });
  return { kept, read };
}

const bare = (number: number, name: string) =>
  imageRow({ id: idOf(number), repo_tags: [`harbor.test/${name}:v1`] });

describe('the manifests that are read while a node has an image without a digest', () => {
  it('are first those of the repository of its name, and no others once the id is explained', async () => {
    const repositories = [repositoryOf('other', upTo(500)), repositoryOf('web', upTo(3, 500))];
    const { kept, read } = await decide({ images: [bare(501, 'shop/web')], repositories });

    expect(kept).toEqual([digestOf(501)]);
    expect(read.slice(0, 3)).toEqual([500, 501, 502].map(digestOf));
    expect(read.length).toBeLessThan(200);
  });

  it('are those of everything, if its id is nowhere', async () => {
    const repositories = [repositoryOf('web', upTo(1500))];
    const { kept, read } = await decide({ images: [bare(9999, 'x/y')], repositories });

    expect(kept).toEqual([]);
    expect(read).toHaveLength(1500);
  });

  it('are at most 2000 for an answer: the others are kept, and the next answer reads on', async () => {
    const world = {
      images: [bare(9999, 'x/y')],
      repositories: [repositoryOf('web', upTo(3000))],
      configs: createKnownManifests(),
    };
    const first = await decide(world);
    const second = await decide(world);

    expect([first.read.length, first.kept.length]).toEqual([2000, 1000]);
    expect([second.read.length, second.kept]).toEqual([1000, []]);
  });

  it('are few of a project that Harbor provides none of', async () => {
    const repositories = [
      repositoryOf('web', upTo(1000), 'closed'),
      repositoryOf('web', upTo(1000, 1000)),
    ];
    const images = [bare(9999, 'x/y')];
    const { kept, read } = await decide({ images, repositories, closed: ['closed'] });

    expect(kept).toEqual(upTo(1000).map(digestOf));
    expect(read).toHaveLength(1100);
  });

  it('are none while every image has a digest', async () => {
    const images = [imageRow({ repo_digests: [`harbor.test/shop/web@${digestOf(1)}`] })];
    const { kept, read } = await decide({ images, repositories: [repositoryOf('web', upTo(9))] });

    expect(kept).toEqual([digestOf(1)]);
    expect(read).toEqual([]);
  });
});
