import { describe, expect, it } from 'vitest';
import {
  imageIndex,
  imageUsers,
  isSandboxImage,
  unusedImages,
} from '../../../../shared/domain/images/image-use.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const DIGEST = `sha256:${'d'.repeat(64)}`;
const web = imageRow({
  id: '1'.repeat(64),
  repo_tags: ['harbor.example:9443/shop/web:v1'],
  repo_digests: [`harbor.example:9443/shop/web@${DIGEST}`],
});
const other = imageRow({ id: '2'.repeat(64), repo_tags: ['docker.io/library/nginx:latest'] });
const images = [web, other];

describe('imageIndex', () => {
  it.each([
    ['containerd: the digest of its configuration', { image_ref: `sha256:${web.id}` }],
    ['CRI-O: a name and a digest', { image_ref: `harbor.example:9443/shop/web@${DIGEST}` }],
    ['CRI-O: an id', { image_ref: web.id }],
    ['cri-dockerd: a scheme and an id', { image_ref: `docker://sha256:${web.id}` }],
    [
      'cri-dockerd: a scheme, a name and a digest',
      { image_ref: `docker-pullable://harbor.example:9443/shop/web@${DIGEST}` },
    ],
    ['a name with a port', { image_ref: 'harbor.example:9443/shop/web:v1' }],
    ['the name in the pod, without a reference', { image: 'harbor.example:9443/shop/web:v1' }],
  ])('finds the image of a container by %s', (_title, references) => {
    expect(imageIndex(images).imagesOf(containerRow(references))).toEqual([web]);
  });

  it('finds none by the name in the pod if the reference is of an image that is gone, because the tag may have moved', () => {
    const image_ref = `sha256:${'9'.repeat(64)}`;
    const container = containerRow({ image_ref, image: 'harbor.example:9443/shop/web:v1' });
    expect(imageIndex(images).imagesOf(container)).toEqual([]);
  });

  it('reads a name without a tag as latest', () => {
    const container = containerRow({ image_ref: 'docker.io/library/nginx' });
    expect(imageIndex(images).imagesOf(container)).toEqual([other]);
  });

  it('never takes an image id for a repository digest', () => {
    const image = imageRow({ id: 'd'.repeat(64) });
    const container = containerRow({ image_ref: `harbor.example:9443/shop/web@${DIGEST}` });
    expect(imageIndex([image]).imagesOf(container)).toEqual([]);
  });

  it('finds all images with the digest of a container', () => {
    const twin = imageRow({ id: '3'.repeat(64), repo_digests: [`mirror.example/web@${DIGEST}`] });
    const container = containerRow({ image_ref: `harbor.example:9443/shop/web@${DIGEST}` });
    expect(imageIndex([web, twin]).imagesOf(container)).toEqual([web, twin]);
  });

  it('finds nothing for a container without references', () => {
    expect(imageIndex(images).imagesOf(containerRow())).toEqual([]);
  });
});

describe('imageUsers', () => {
  it('lists the containers of each image in any state', () => {
    const running = containerRow({ image_ref: web.id });
    const exited = containerRow({ image_ref: web.id, state: 'CONTAINER_EXITED' });
    const users = imageUsers({ images, containers: [running, exited] });
    expect([...users]).toEqual([[web, [running, exited]]]);
  });
});

describe('unusedImages', () => {
  it('leaves out images that are used, pinned or the sandbox', () => {
    const pinned = imageRow({ id: '4'.repeat(64), pinned: true });
    const sandbox = imageRow({ id: '5'.repeat(64), sandbox: true });
    const containers = [containerRow({ image_ref: web.id, state: 'CONTAINER_EXITED' })];
    expect(unusedImages({ images: [...images, pinned, sandbox], containers })).toEqual([other]);
  });
});

describe('an image with the name in the pod of a container whose own image is not listed', () => {
  const image_ref = `sha256:${'9'.repeat(64)}`;
  const container = containerRow({ image_ref, image: 'harbor.example:9443/shop/web:v1' });

  it('is not one that it uses', () => {
    expect(imageUsers({ images, containers: [container] }).size).toBe(0);
  });

  it('is not unused either', () => {
    expect(unusedImages({ images, containers: [container] })).toEqual([other]);
  });
});

describe('isSandboxImage', () => {
  it.each([
    ['registry.k8s.io/pause:3.9', true],
    ['registry.k8s.io/pause-amd64:3.1', true],
    ['docker.io/rancher/mirrored-pause:3.6', true],
    ['harbor.example/shop/pause-menu/web:v1', false],
    ['harbor.example/shop/unpause:v1', false],
  ])('of the name %s is %s if the runtime does not say', (name, expected) => {
    expect(isSandboxImage(imageRow({ repo_tags: [name] }))).toBe(expected);
  });

  it('is true by its name for pods that are older than the configuration of the runtime', () => {
    const image = imageRow({ repo_tags: ['registry.k8s.io/pause:3.8'], sandbox: false });
    expect(isSandboxImage(image)).toBe(true);
  });
});
