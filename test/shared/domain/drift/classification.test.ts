/** The specification of /drift: what a node has, what the registry has, and what follows. */

import { describe, expect, it } from 'vitest';
import { parseImages } from '../../../../bridge/crictl-output.ts';
import { toLookUp } from '../../../../shared/domain/drift/classification.ts';
import { driftRows, placeImages } from '../../../../shared/domain/drift/drift-rows.ts';
import type { RepositoryRead } from '../../../../shared/domain/drift/registry-states.ts';
import { imageNames, type NamesOfImage } from '../../../../shared/domain/images/image-names.ts';
import { repositoryIndex } from '../../../../shared/domain/registry/repository-index.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { crictlOutput } from '../../../fixtures/recordings.ts';
import { listedArtifact } from '../../../support/registry-artifact.ts';

/** Harbor's own name, and an alias. */
const REGISTRIES = ['harbor.test:9443', 'mirror'];
const WEB = 'harbor.test:9443/shop/web';

const hex = (letter: string) => letter.repeat(64);
const [INDEX, CHILD, OTHER_CHILD, IMAGE, OLD, GONE] = ['1', '2', '3', '4', '5', '6'].map(
  (digit) => `sha256:${hex(digit)}`,
) as [string, string, string, string, string, string];
const SIGNATURE = `sha256:${hex('7')}`;

/** The registry's `shop/web`, unless a case says otherwise. */
const SHOP_WEB = [
  listedArtifact(INDEX, { tags: ['v2', 'latest'], children: [CHILD, OTHER_CHILD] }),
  listedArtifact(IMAGE, { tags: ['v1'] }),
  listedArtifact(OLD),
];
/** Listed nowhere, but there when Harbor is asked for it. */
const UNLISTED = [SIGNATURE];

/** The id of the images in these cases, when it is known which artifact of the repository it is. */
type ById = ReadonlyMap<string, string | null>;

interface Registry {
  readonly byId?: ById;
  readonly artifacts?: RepositoryRead['artifacts'];
  /** Why single artifacts cannot be asked for. */
  readonly failing?: Problem;
}

const node = (
  repo_tags: readonly string[],
  repo_digests: readonly string[] = [],
): NamesOfImage => ({
  id: hex('e'),
  repo_tags: [...repo_tags],
  repo_digests: [...repo_digests],
});

/** The rows of one image, and nothing else. */
function rowsOf(
  image: NamesOfImage,
  { artifacts = SHOP_WEB, failing, byId = new Map() }: Registry = {},
) {
  const on = { names: imageNames(image), nodes: ['node-1'], containers: [] };
  const placed = placeImages([on], REGISTRIES);
  const repositories = placed.repositories.map(({ images }): RepositoryRead => {
    if (artifacts === null || artifacts instanceof Problem) {
      return { artifacts, found: new Map(), byId };
    }
    const index = repositoryIndex(artifacts);
    const asked = images.flatMap((one) => toLookUp(one, index));
    const answer = (text: string) => failing ?? UNLISTED.includes(text);
    const found = new Map(asked.map((text) => [text, answer(text)]));
    return { artifacts, found, byId };
  });
  return driftRows(placed, { repositories, outage: null }, repositoryIndex);
}

/** What a case is about: `repository:tag status`, with digests where they matter. */
function shown(image: NamesOfImage, registry?: Registry) {
  return rowsOf(image, registry).map(
    ({ repository, tag, status, digest_gone }) =>
      `${repository}${tag === null ? '' : `:${tag}`} ${status}${digest_gone === null ? '' : digest_gone ? ', digest gone' : ', digest there'}`,
  );
}

const V1 = `${WEB}:v1`;
const at = (own: string, repository = WEB) => `${repository}@${own}`;
const down = new Problem('harbor_error', 'GET …: Harbor failed.');

describe('an image with a tag and a digest', () => {
  it.each([
    ['the registry has the digest under the tag', [V1], [at(IMAGE)], [`${V1} in_sync`]],
    [
      'the tag is an index, and the node has the index',
      [`${WEB}:v2`],
      [at(INDEX)],
      [`${WEB}:v2 in_sync`],
    ],
    [
      'the tag is an index, and the node has a child of it',
      [`${WEB}:v2`],
      [at(CHILD)],
      [`${WEB}:v2 in_sync`],
    ],
    [
      'both tags of it are there',
      [`${WEB}:v2`, `${WEB}:latest`],
      [at(INDEX)],
      [`${WEB}:latest in_sync`, `${WEB}:v2 in_sync`],
    ],
    [
      'the tag is another digest now, and the old one is there without a tag',
      [V1],
      [at(OLD)],
      [`${V1} tag_moved, digest there`],
    ],
    [
      'the tag is another digest now, and the old one has another tag',
      [V1],
      [at(INDEX)],
      [`${V1} tag_moved, digest there`],
    ],
    [
      'the tag is another digest now, and the old one is a child of an index',
      [V1],
      [at(CHILD)],
      [`${V1} tag_moved, digest there`],
    ],
    [
      'the tag is another digest now, and the old one is gone',
      [V1],
      [at(GONE)],
      [`${V1} tag_moved, digest gone`],
    ],
    [
      'the tag is an index now, of which the node has no part',
      [`${WEB}:v2`],
      [at(IMAGE)],
      [`${WEB}:v2 tag_moved, digest there`],
    ],
    [
      'the tag is gone, and the digest is there without a tag',
      [`${WEB}:v0`],
      [at(OLD)],
      [`${WEB}:v0 untagged`],
    ],
    [
      'the tag is gone, and the digest has other tags',
      [`${WEB}:v0`],
      [at(IMAGE)],
      [`${WEB}:v0 untagged`],
    ],
    [
      'the tag is gone, and the digest is a child of an index',
      [`${WEB}:v0`],
      [at(CHILD)],
      [`${WEB}:v0 untagged`],
    ],
    [
      'the tag is gone, and lists leave the digest out',
      [`${WEB}:v0`],
      [at(SIGNATURE)],
      [`${WEB}:v0 untagged`],
    ],
    ['tag and digest are gone', [`${WEB}:v0`], [at(GONE)], [`${WEB}:v0 gone`]],
    [
      'one of two tags has moved',
      [V1, `${WEB}:v2`],
      [at(IMAGE)],
      [`${V1} in_sync`, `${WEB}:v2 tag_moved, digest there`],
    ],
  ])('%s', (_, tags, digests, expected) => {
    expect(shown(node(tags, digests))).toEqual(expected);
  });

  it('shows both digests when the tag has moved', () => {
    expect(rowsOf(node([V1], [at(OLD)]))).toMatchObject([
      { status: 'tag_moved', digest: OLD, registry_digest: IMAGE, digest_gone: false },
    ]);
  });
});

describe('an image without a tag', () => {
  it.each([
    ['the registry has the digest under a tag', [at(IMAGE)], [`${WEB} in_sync`]],
    ['the registry has the digest without a tag', [at(OLD)], [`${WEB} in_sync`]],
    ['the registry has the digest as a child of an index', [at(OTHER_CHILD)], [`${WEB} in_sync`]],
    ['the registry has the digest, but not in its list', [at(SIGNATURE)], [`${WEB} in_sync`]],
    ['the digest is gone', [at(GONE)], [`${WEB} gone`]],
  ])('%s', (_, digests, expected) => {
    expect(shown(node([], digests))).toEqual(expected);
  });

  it.each([
    ['no tag', []],
    ['the <none> of a runtime', ['<none>:<none>']],
  ])('has one row, with %s', (_, tags) => {
    expect(rowsOf(node(tags, [at(OLD)]))).toMatchObject([
      { repository: WEB, tag: null, digest: OLD },
    ]);
  });
});

describe('an image without a digest', () => {
  it.each([
    ['the tag is there, and there is nothing to compare', [V1], [], [`${V1} unknown`]],
    ['so does cri-dockerd with <none>', [V1], ['<none>@<none>'], [`${V1} unknown`]],
    ['the tag is gone', [`${WEB}:v0`], [], [`${WEB}:v0 gone`]],
    [
      'it has the digest under another name, and the tag is that digest',
      [V1],
      [at(IMAGE, 'quay.io/a/b')],
      ['quay.io/a/b foreign', `${V1} in_sync`].toSorted(),
    ],
    [
      'it has the digest under another name, and the tag is an index of it',
      [`${WEB}:v2`],
      [at(CHILD, 'quay.io/a/b')],
      [`${WEB}:v2 in_sync`, 'quay.io/a/b foreign'],
    ],
    [
      'it has the digest under another name, and the tag is gone',
      [`${WEB}:v0`],
      [at(IMAGE, 'quay.io/a/b')],
      [`${WEB}:v0 untagged`, 'quay.io/a/b foreign'],
    ],
    [
      'it has another digest under another name',
      [V1],
      [at(GONE, 'quay.io/a/b')],
      [`${V1} unknown`, 'quay.io/a/b foreign'],
    ],
  ])('%s', (_, tags, digests, expected) => {
    expect(shown(node(tags, digests))).toEqual(expected);
  });

  it('is told by its id', () => {
    expect(rowsOf(node([V1]))).toMatchObject([{ digest: null, image_id: hex('e') }]);
    expect(rowsOf(node([V1], [at(IMAGE)]))).toMatchObject([{ image_id: null }]);
  });

  it.each([
    ['that of the tag', V1, IMAGE, `${V1} in_sync`],
    ['an index of the tag', `${WEB}:v2`, INDEX, `${WEB}:v2 in_sync`],
    ['another one', V1, OLD, `${V1} tag_moved, digest there`],
    ['none of the repository', V1, null, `${V1} tag_moved, digest gone`],
    ['another one, and the tag is gone', `${WEB}:v9`, OLD, `${WEB}:v9 untagged`],
    ['none, and the tag is gone', `${WEB}:v9`, null, `${WEB}:v9 gone`],
  ])('is the artifact that its id says: %s', (_, tag, digest, expected) => {
    const byId = new Map([[hex('e'), digest]]);
    expect(shown(node([tag]), { byId })).toEqual([expected]);
    expect(rowsOf(node([tag]), { byId })).toMatchObject([{ digest }]);
  });

  it('shows what the registry has', () => {
    expect(rowsOf(node([V1]))).toMatchObject([
      {
        registry_digest: IMAGE,
        detail: 'The runtime reports no digest under this name that could be compared.',
      },
    ]);
  });

  it('and without a name is unknown', () => {
    expect(rowsOf(node(['<none>:<none>'], ['<none>@<none>']))).toMatchObject([
      { repository: '<none>', tag: null, status: 'unknown', image_id: hex('e') },
    ]);
  });
});

describe('the names of the registry', () => {
  it.each([
    ['an alias', 'mirror/shop/web', 'in_sync'],
    ['harbor_host with its port', 'harbor.test:9443/shop/web', 'in_sync'],
    ['harbor_host in capitals', 'Harbor.test:9443/shop/web', 'in_sync'],
    ['harbor_host without its port', 'harbor.test/shop/web', 'foreign'],
    ['harbor_host with another port', 'harbor.test:9444/shop/web', 'foreign'],
    ['a name that begins like an alias', 'mirror2/shop/web', 'foreign'],
    ['another registry with the same path', 'quay.io/shop/web', 'foreign'],
    ['another registry with a port', 'localhost:5000/shop/web', 'foreign'],
    ['Docker Hub', 'docker.io/shop/web', 'foreign'],
    ['a short name', 'shop/web', 'foreign'],
    ['a short official name', 'nginx', 'foreign'],
    ['no project', 'mirror/web', 'unknown'],
    ['capitals, which Harbor does not allow', 'mirror/shop/Web', 'unknown'],
    ['a separator that Harbor does not allow', 'mirror/shop/web-', 'unknown'],
    ['an empty segment', 'mirror/shop//web', 'unknown'],
    ['a dot segment', 'mirror/shop/../web', 'unknown'],
  ])('%s', (_, repository, status) => {
    expect(rowsOf(node([`${repository}:v1`], [at(IMAGE, repository)]))).toMatchObject([
      { repository, tag: 'v1', status },
    ]);
  });

  it.each([
    ['a short official name', 'nginx', 'library/nginx'],
    ['a short name', 'shop/web', 'shop/web'],
    ['a full name', 'docker.io/library/nginx', 'library/nginx'],
  ])('with docker.io as an alias, %s is in Harbor', (_, repository, expected) => {
    const on = { names: imageNames(node([`${repository}:v1`])), nodes: [], containers: [] };
    const { repositories } = placeImages([on], ['harbor.test', 'docker.io']);
    expect(repositories.map(({ at }) => `${at.project}/${at.repository}`)).toEqual([expected]);
  });

  it.each(['harbor.test:443/shop/web', 'harbor.test:80/shop/web', 'harbor.test/shop/web'])(
    'may have the default port: %s',
    (repository) => {
      const on = { names: imageNames(node([`${repository}:v1`])), nodes: [], containers: [] };
      expect(placeImages([on], ['harbor.test']).repositories).toHaveLength(1);
    },
  );
});

describe('an image with several names', () => {
  it('has a row for each, compared with what it is there', () => {
    const tags = [V1, 'mirror/shop/web:v1', 'quay.io/shop/web:v1'];
    const digests = [at(IMAGE), at(GONE, 'mirror/shop/web'), at(IMAGE, 'quay.io/shop/web')];
    expect(shown(node(tags, digests))).toEqual([
      `${V1} in_sync`,
      'mirror/shop/web:v1 tag_moved, digest gone',
      'quay.io/shop/web:v1 foreign',
    ]);
  });

  it('has a row for a digest under a name that has no tag', () => {
    expect(shown(node([V1], [at(IMAGE), at(GONE, 'mirror/shop/web')]))).toEqual([
      `${V1} in_sync`,
      'mirror/shop/web gone',
    ]);
  });
});

describe('an image with several digests under one name', () => {
  it.each([
    ['the tag is one of them', [V1], [at(GONE), at(IMAGE)], IMAGE, `${V1} in_sync`],
    [
      'CRI-O has the index and its manifest',
      [`${WEB}:v2`],
      [at(CHILD), at(INDEX)],
      INDEX,
      `${WEB}:v2 in_sync`,
    ],
    ['one of them is there', [V1], [at(GONE), at(OLD)], OLD, `${V1} tag_moved, digest there`],
    [
      'one of them is there without the tag',
      [`${WEB}:v0`],
      [at(GONE), at(OLD)],
      OLD,
      `${WEB}:v0 untagged`,
    ],
    [
      'one of them is there, and no tag is on the node',
      [],
      [at(GONE), at(OLD)],
      OLD,
      `${WEB} in_sync`,
    ],
    ['none is there', [`${WEB}:v0`], [at(GONE), at(`sha256:${hex('8')}`)], GONE, `${WEB}:v0 gone`],
  ])('%s', (_, tags, digests, own, expected) => {
    const image = node(tags, digests);
    expect(shown(image)).toEqual([expected]);
    expect(rowsOf(image)).toMatchObject([{ digest: own }]);
  });
});

describe('a repository that Harbor no longer has', () => {
  it.each([
    ['an image with tag and digest', [V1], [at(IMAGE)], 'gone'],
    ['an image without a tag', [], [at(IMAGE)], 'gone'],
    ['an image without a digest', [V1], [], 'gone'],
  ])('%s is gone', (_, tags, digests, status) => {
    expect(rowsOf(node(tags, digests), { artifacts: null })).toMatchObject([{ status }]);
  });
});

describe('a repository that is empty', () => {
  it('has neither tag nor digest', () => {
    expect(shown(node([V1], [at(IMAGE)]), { artifacts: [] })).toEqual([`${V1} gone`]);
  });
});

describe('what Harbor does not say', () => {
  it('is unknown, with the reason, if the repository could not be listed', () => {
    expect(rowsOf(node([V1], [at(IMAGE)]), { artifacts: down })).toMatchObject([
      { status: 'unknown', digest: IMAGE, detail: 'GET …: Harbor failed.' },
    ]);
  });

  it('does not concern images of other registries', () => {
    expect(shown(node(['quay.io/a/b:1']), { artifacts: down })).toEqual(['quay.io/a/b:1 foreign']);
  });

  it.each([
    ['a digest that is in no list', [`${WEB}:v0`], [at(GONE)], `${WEB}:v0 unknown`],
    ['a digest without a tag', [], [at(GONE)], `${WEB} unknown`],
    ['a tag of an image without a digest', [`${WEB}:v0`], [], `${WEB}:v0 unknown`],
  ])('is unknown, never gone: %s', (_, tags, digests, expected) => {
    expect(shown(node(tags, digests), { failing: down })).toEqual([expected]);
  });

  it('leaves open whether the old digest of a moved tag is gone', () => {
    expect(rowsOf(node([V1], [at(GONE)]), { failing: down })).toMatchObject([
      { status: 'tag_moved', digest: GONE, registry_digest: IMAGE, digest_gone: null },
    ]);
  });

  it('is unknown for a digest of a kind that no Harbor has', () => {
    const sha384 = `sha384:${'a'.repeat(96)}`;
    expect(shown(node([], [at(sha384)]))).toEqual([`${WEB} unknown`]);
  });
});

describe('recorded images', () => {
  const imagesOf = (version: string) => parseImages(crictlOutput(version, 'images.json'));
  const rows = (
    version: string,
    registries: readonly string[],
    artifacts: RepositoryRead['artifacts'],
  ) => {
    const images = imagesOf(version).map((image) => ({
      names: imageNames(image),
      nodes: ['node-1'],
      containers: [],
    }));
    const placed = placeImages(images, registries);
    const repositories = placed.repositories.map(() => ({
      artifacts,
      found: new Map(),
      byId: new Map(),
    }));
    const found = driftRows(placed, { repositories, outage: null }, repositoryIndex);
    return found.map(({ repository, tag, status }) => `${repository}:${tag} ${status}`);
  };

  it('of containerd 1.7, with tags, digests alone and a port in each name', () => {
    expect(rows('v1.34.0-containerd-1.7.24', ['127.0.0.1:5050'], null)).toEqual([
      '127.0.0.1:5050/library/app:stable gone',
      '127.0.0.1:5050/library/app:v1 gone',
      '127.0.0.1:5050/library/app:v2 gone',
      '127.0.0.1:5050/library/donly:null gone',
      '127.0.0.1:5050/library/roll:null gone',
      '127.0.0.1:5050/library/roll:latest gone',
      '127.0.0.1:5050/multi/arch:2.0 gone',
      '127.0.0.1:5050/pause:3.8 unknown',
      '127.0.0.1:5050/team/nested/svc:1.0.0 gone',
    ]);
  });

  it('of containerd 1.6, with images that have no digests and images of other registries', () => {
    const digest = 'sha256:f8de6b9e23536f1c1f97bf691c2d11864ff410132eda1582ae3eba007e7956c0';
    const artifacts = [listedArtifact(digest, { tags: ['v1', '1'] })];
    const found = rows(
      'v1.33.0-containerd-1.6.20',
      ['k8s-gpu-worker-node:9443', 'localhost:5000'],
      artifacts,
    );
    expect(found).toContain('k8s-gpu-worker-node:9443/library/app:v1 in_sync');
    expect(found).toContain('docker.io/library/nginx:1.27 foreign');
    expect(found).toContain('ghcr.io/acme/orphan:null foreign');
    expect(found).toContain('localhost:5000/demo:dev unknown');
  });
});
