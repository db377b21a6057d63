import { describe, expect, it } from 'vitest';
import { relativesAmong } from '../../../../../shared/adapters/harbor/deletion/relatives.ts';
import { isDigest } from '../../../../../shared/values/names.ts';
import { projectNamed, repositoryNamed } from '../../../../support/names.ts';
import { digestOf, json, recorded, scriptHarbor, sessionAt } from '../scripted-harbor.ts';

const at = { project: projectNamed('team-a'), repository: repositoryNamed('multiarch') };
const LIST = 'GET /projects/team-a/repositories/multiarch/artifacts';

interface Seed {
  readonly tags?: readonly string[];
  readonly children?: readonly number[];
  readonly accessories?: readonly number[];
}

const wire = (id: number, { tags, children, accessories }: Seed) => ({
  digest: digestOf(id),
  tags: tags?.map((name) => ({ name })) ?? null,
  references: children?.map((child) => ({ child_digest: digestOf(child) })) ?? null,
  accessories: accessories?.map((accessory) => ({ digest: digestOf(accessory) })) ?? null,
});

/** The relatives of artifact `id` among these, by their ids. */
async function relativesOf(id: number, seeds: Readonly<Record<number, Seed>>) {
  const rows = Object.entries(seeds).map(([number, seed]) => wire(Number(number), seed));
  const harbor = await scriptHarbor({
    [LIST]: json(rows, rows.length),
  });
  const digest = digestOf(id);
  if (!isDigest(digest)) throw new Error('no digest');
  const found = await sessionAt(harbor).relatives(at, digest);
  const ids = (digests: readonly string[]) =>
    digests.map((one) => [...Array(20).keys()].find((number) => digestOf(number) === one));
  return {
    parents: ids(found.parentDigests),
    children: ids(found.childDigests),
    accessories: ids(found.accessoryDigests),
  };
}

describe('the relatives of an artifact', () => {
  it('are in a recorded list with the untagged children', async () => {
    const harbor = await scriptHarbor({
      [LIST]: recorded('artifacts-multiarch-base'),
    });
    const rows = JSON.parse(recorded('artifacts-multiarch-base').body ?? '[]');
    const { parentDigests } = await sessionAt(harbor).relatives(at, rows[1].digest);
    expect(parentDigests).toEqual([rows[0].digest]);
    expect(harbor.calls[0]).toContain('q=base%3D*&with_accessory=true');
  });

  it('are children that are deleted with it, but not those with a tag or another index', async () => {
    const found = await relativesOf(1, {
      1: { tags: ['all'], children: [2, 3, 4] },
      2: {},
      3: { tags: ['arm'] },
      4: {},
      5: { children: [4] },
    });
    expect(found).toEqual({ parents: [], children: [2], accessories: [] });
  });

  it('are children of children, too', async () => {
    const found = await relativesOf(1, { 1: { children: [2] }, 2: { children: [3] }, 3: {} });
    expect(found.children).toEqual([2, 3]);
  });

  it('are found without comparing each artifact with each other', () => {
    let reads = 0;
    const row = (digest: string, childDigests: readonly string[]) => ({
      digest,
      tags: [],
      accessoryDigests: [],
      get childDigests() {
        reads++;
        return childDigests;
      },
    });
    const children = [...Array(1000).keys()].map((number) => digestOf(2 + number));
    const rows = [row(digestOf(1), children), ...children.map((child) => row(child, []))];

    const { childDigests } = relativesAmong(digestOf(1), rows);

    expect(childDigests).toEqual(children);
    expect(reads).toBeLessThan(3 * rows.length);
  });

  it('are its accessories and those of the deleted children', async () => {
    const found = await relativesOf(1, {
      1: { children: [2, 3], accessories: [7] },
      2: { accessories: [8] },
      3: { tags: ['arm'], accessories: [9] },
    });
    expect(found.accessories).toEqual([7, 8]);
  });
});
