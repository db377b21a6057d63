import { describe, expect, it } from 'vitest';
import { parseImages } from '../../../../bridge/crictl-output.ts';
import { localImageSchema } from '../../../../shared/domain/local-images/local-image.ts';
import { localImageRows } from '../../../../shared/domain/local-images/local-image-rows.ts';
import { parseIgnoreList } from '../../../../shared/domain/local-images/parse-ignore-list.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { crictlOutput, crictlReleasesWith } from '../../../fixtures/recordings.ts';
import { imageRow } from '../../../support/host-rows.ts';

const versions = crictlReleasesWith('images.txt');

/** The cells of a recorded table, header left out, in our order. */
function table(version: string, file: string): string[] {
  const rows = crictlOutput(version, file).trim().split('\n').slice(1);
  return rows.map((row) => row.split(/\s{2,}/).join(' ')).sort();
}

function image(fields: Partial<HostImage>): HostImage {
  return imageRow({ size_bytes: 1_230_000_000, ...fields });
}
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

describe.each(versions)('the rows of %s', (version) => {
  const rows = localImageRows(parseImages(crictlOutput(version, 'images.json')));

  it('are those of the recorded table', () => {
    const ours = rows.map((row) => `${row.repository} ${row.tag} ${row.image_id} ${row.size}`);
    expect(ours.sort()).toEqual(table(version, 'images.txt'));
  });

  it('have the digests of the recorded table', () => {
    const ours = rows.map((row) => {
      const short = row.digest?.replace('sha256:', '').slice(0, 13);
      return `${row.repository} ${row.tag} ${short} ${row.image_id} ${row.size}`;
    });
    expect(ours.sort()).toEqual(table(version, 'images-digests.txt'));
  });

  it('are sorted by repository, then tag', () => {
    expect(rows.map(({ repository, tag }) => `${repository} ${tag}`)).toEqual([
      '127.0.0.1:5050/library/app stable',
      '127.0.0.1:5050/library/app v1',
      '127.0.0.1:5050/library/app v2',
      '127.0.0.1:5050/library/donly <none>',
      '127.0.0.1:5050/library/roll <none>',
      '127.0.0.1:5050/library/roll latest',
      '127.0.0.1:5050/multi/arch 2.0',
      '127.0.0.1:5050/pause 3.8',
      '127.0.0.1:5050/team/nested/svc 1.0.0',
    ]);
  });

  it('satisfy their schema', () => {
    expect(rows.map((row) => localImageSchema.parse(row))).toEqual(rows);
  });
});

describe('localImageRows', () => {
  it('gives all fields', () => {
    const repo_digests = [`host:9443/a/b@${digest('1')}`];
    expect(localImageRows([image({ repo_tags: ['host:9443/a/b:v1'], repo_digests })])).toEqual([
      {
        repository: 'host:9443/a/b',
        tag: 'v1',
        image_id: 'aaaaaaaaaaaaa',
        size: '1.23GB',
        id: 'a'.repeat(64),
        digest: digest('1'),
        size_bytes: 1_230_000_000,
        pinned: false,
      },
    ]);
  });

  it('takes the digest whose repository is the tag’s, else the first', () => {
    const repo_digests = [`x/a@${digest('1')}`, `y/a@${digest('2')}`];
    const rows = localImageRows([image({ repo_tags: ['y/a:1', 'z/a:1'], repo_digests })]);
    expect(rows.map((row) => row.digest)).toEqual([digest('2'), digest('1')]);
  });

  it('is null where the runtime does not know size or digest', () => {
    const [row] = localImageRows([image({ repo_tags: ['a:1'], size_bytes: null })]);
    expect(row).toMatchObject({ size: null, size_bytes: null, digest: null });
  });

  it.each([
    ['no tag and no digest', [], [], '<none>'],
    ['no tag, as cri-dockerd puts it', ['<none>:<none>'], ['<none>@<none>'], '<none>'],
    ['no tag but a digest', [], [`a/b@${digest('1')}`], 'a/b'],
    ['a <none> tag and a digest', ['<none>:<none>'], [`a/b@${digest('1')}`], 'a/b'],
  ])('has one row <none> for an image with %s', (_, repo_tags, repo_digests, repository) => {
    const rows = localImageRows([image({ repo_tags, repo_digests })]);
    expect(rows.map((row) => [row.repository, row.tag])).toEqual([[repository, '<none>']]);
  });

  it('leaves out what the ignore list names, tag by tag', () => {
    const { list } = parseIgnoreList('REPOSITORY,TAG\na,1\n');
    const rows = localImageRows([image({ repo_tags: ['a:1', 'a:2'] })], list);
    expect(rows.map((row) => row.tag)).toEqual(['2']);
  });
});
