import { describe, expect, it } from 'vitest';
import { parseContainers, parseImages } from '../../bridge/crictl-output.ts';
import { crictlRun } from '../fixtures/recordings.ts';

const hex = 'a'.repeat(64);
const images = (...list: unknown[]): string => JSON.stringify({ images: list });
const containers = (...list: unknown[]): string => JSON.stringify({ containers: list });

describe('parseImages', () => {
  it('reads an image, and drops unknown members', () => {
    const image = {
      id: `sha256:${hex}`,
      repoTags: ['a:1'],
      repoDigests: ['a@sha256:1'],
      size: '1119727',
      uid: { value: '0' },
      username: 'root',
      spec: null,
      pinned: true,
      novel: 1,
    };
    expect(parseImages(images(image))).toEqual([
      {
        id: hex,
        repo_tags: ['a:1'],
        repo_digests: ['a@sha256:1'],
        size_bytes: 1_119_727,
        pinned: true,
        sandbox: null,
      },
    ]);
  });

  it('reads the bare id of CRI-O and fields that are null or missing', () => {
    const bare = { id: hex, repoTags: null };
    expect(parseImages(images(bare))).toEqual([
      {
        id: hex,
        repo_tags: [],
        repo_digests: [],
        size_bytes: null,
        pinned: false,
        sandbox: null,
      },
    ]);
  });

  it('reads the digests of cri-dockerd', () => {
    const repoDigests = ['<none>@<none>', 'docker-pullable://a@sha256:1'];
    const [image] = parseImages(images({ id: hex, repoDigests }));
    expect(image?.repo_digests).toEqual(['<none>@<none>', 'a@sha256:1']);
  });

  it.each([
    ['"0"', 0],
    ['"1119727"', 1_119_727],
    ['5', 5],
    ['""', null],
    ['"many"', null],
    ['null', null],
  ])('reads the size %s as %s', (size, bytes) => {
    expect(parseImages(`{"images":[{"id":"a","size":${size}}]}`)[0]?.size_bytes).toBe(bytes);
  });

  it.each(['{"images": []}', '{"images": null}', '{}', ' {\n} '])(
    'takes %s for no images',
    (text) => {
      expect(parseImages(text)).toEqual([]);
    },
  );

  it.each([
    ['nothing', '', 'no output'],
    ['blank lines', '\n \n', 'no output'],
    ['help', crictlRun('v1.34.0-containerd-1.7.24', 'extra-args').stdout, 'its help text'],
    ['wrong usage', 'Incorrect Usage: flag provided but not defined: -x', 'its help text'],
    ['a table', 'IMAGE    TAG    IMAGE ID    SIZE\na    1    b    1MB\n', 'a table'],
    ['YAML', 'images:\n- id: a\n', 'text'],
    ['truncated JSON', '{"images": [{"id": "sha256:ab', 'truncated or broken JSON'],
    ['two documents', '{"images": []}{"images": []}', 'truncated or broken JSON'],
    ['an array', '[]', 'JSON without "images"'],
    ['null', 'null', 'JSON without "images"'],
    ['a string', '"images"', 'JSON without "images"'],
    ['another object', '{"error": "no"}', 'JSON without "images"'],
    ['images that are no list', '{"images": {}}', 'an unexpected shape (at images)'],
    ['an image without id', '{"images": [{"size": "1"}]}', 'an unexpected shape (at images.0.id)'],
    ['an empty id', '{"images": [{"id": ""}]}', 'an unexpected shape (at images.0.id)'],
    ['a tag that is no text', '{"images": [{"id": "a", "repoTags": [1]}]}', '0.repoTags.0'],
  ])('refuses %s', (_, text, what) => {
    expect(() => parseImages(text)).toThrow(
      expect.objectContaining({
        code: 'crictl_bad_output',
        message: expect.stringContaining(what),
      }),
    );
  });
});

describe('parseContainers', () => {
  it('reads a container and its pod, and never other labels, annotations or environment', () => {
    const container = {
      id: hex,
      metadata: { name: 'web', attempt: 2 },
      image: { image: hex, userSpecifiedImage: 'r/a:1', annotations: { secret: 's' } },
      imageRef: 'r/a@sha256:1',
      state: 'CONTAINER_EXITED',
      createdAt: '1795499532093391825',
      finishedAt: '1795499533000000001',
      labels: {
        'io.kubernetes.pod.name': 'web-7c9d',
        'io.kubernetes.pod.namespace': 'shop',
        'io.kubernetes.pod.uid': '4f0b',
        'io.kubernetes.container.name': 'secret',
        secret: 's',
      },
      annotations: { secret: 's' },
    };
    expect(parseContainers(containers(container))).toEqual([
      {
        id: hex,
        name: 'web',
        state: 'CONTAINER_EXITED',
        image_ref: 'r/a@sha256:1',
        image: 'r/a:1',
        pod: 'web-7c9d',
        namespace: 'shop',
        pod_uid: '4f0b',
        attempt: 2,
        created_at: '2026-11-24T05:52:12.093Z',
        finished_at: '2026-11-24T05:52:13.000Z',
      },
    ]);
  });

  it.each(['0', '', '-1', '12', 'yesterday', '99999999999999999999', null])(
    'reads the time %j as unknown',
    (createdAt) => {
      const [container] = parseContainers(containers({ id: hex, createdAt, finishedAt: '0' }));
      expect(container).toMatchObject({ created_at: null, finished_at: null });
    },
  );

  it('uses the runtime’s name of the image when the pod’s is unknown', () => {
    const image = { image: 'r/a:1', userSpecifiedImage: '' };
    expect(parseContainers(containers({ id: hex, image }))[0]?.image).toBe('r/a:1');
  });

  it('leaves missing members empty', () => {
    expect(parseContainers(containers({ id: hex }))).toEqual([
      {
        id: hex,
        name: '',
        state: '',
        image_ref: '',
        image: '',
        pod: null,
        namespace: null,
        pod_uid: null,
        attempt: null,
        created_at: null,
        finished_at: null,
      },
    ]);
  });

  it.each(['{"containers": []}', '{}'])('reads %s as no containers', (text) => {
    expect(parseContainers(text)).toEqual([]);
  });

  it.each(['{"images": []}', '', 'CONTAINER    IMAGE\n'])('refuses %j', (text) => {
    expect(() => parseContainers(text)).toThrow(
      expect.objectContaining({ code: 'crictl_bad_output' }),
    );
  });
});
