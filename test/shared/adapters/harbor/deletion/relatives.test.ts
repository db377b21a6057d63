import { describe, expect, it } from 'vitest';
import { relativesAmong } from '../../../../../shared/adapters/harbor/deletion/relatives.ts';
import { projectNamed, repositoryNamed } from '../../../../support/names.ts';
import { digestOf, json, recorded, scriptHarbor, sessionAt } from '../scripted-harbor.ts';

const at = { project: projectNamed('team-a'), repository: repositoryNamed('multiarch') };
const LIST = 'GET /projects/team-a/repositories/multiarch/artifacts';

describe('the relatives of an artifact', () => {
  it('are in a recorded list with the untagged children', async () => {
    const rows = JSON.parse(recorded('artifacts-multiarch-base').body ?? '[]');
    const harbor = await scriptHarbor({
      [LIST]: recorded('artifacts-multiarch-base'),
      [`${LIST}/${rows[1].digest}/accessories`]: json([]),
    });
    const { parentDigests } = await sessionAt(harbor).relatives(at, rows[1].digest);
    expect(parentDigests).toEqual([rows[0].digest]);
    expect(harbor.calls[0]).toContain('q=base%3D*&with_accessory=true');
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
});
