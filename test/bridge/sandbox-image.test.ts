import { describe, expect, it } from 'vitest';
import { withSandbox } from '../../bridge/sandbox-image.ts';
import type { HostImage } from '../../shared/ports/bridge.ts';
import { imageRow } from '../support/host-rows.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;

/** What is said of each image. */
function sandboxOf(
  images: readonly Partial<HostImage>[],
  configured: string | null,
  running: readonly string[] | null = null,
) {
  return withSandbox(images.map(imageRow), { configured, running }).map(({ sandbox }) => sandbox);
}

const web = { repo_tags: ['registry.test:9443/shop/web:v1'] };

describe('with the sandbox image of the configuration', () => {
  it.each([
    ['its tag', 'registry.k8s.io/pause:3.8', { repo_tags: ['registry.k8s.io/pause:3.8'] }],
    ['one of its tags', 'k8s.gcr.io/pause:3.8', { repo_tags: ['a/b:1', 'k8s.gcr.io/pause:3.8'] }],
    [
      'no registry',
      'rancher/mirrored-pause:3.6',
      { repo_tags: ['docker.io/rancher/mirrored-pause:3.6'] },
    ],
    ['a name alone', 'busybox', { repo_tags: ['docker.io/library/busybox:latest'] }],
    ['a digest', `r.test/infra@${DIGEST}`, { repo_digests: [`r.test/infra@${DIGEST}`] }],
    [
      'a tag and a digest',
      `r.test/infra:1@${DIGEST}`,
      { repo_digests: [`r.test/infra@${DIGEST}`] },
    ],
  ])('named by %s, that one is it', (_, configured, image) => {
    expect(sandboxOf([web, image], configured)).toEqual([false, true]);
  });

  it('that no image has, the pins decide', () => {
    const pause = { repo_tags: ['registry.k8s.io/pause:3.8'], pinned: true };
    expect(sandboxOf([web, pause], 'registry.k8s.io/pause:3.10')).toEqual([false, true]);
  });
});

describe('with the images of the sandboxes', () => {
  const base = { repo_tags: ['registry.test:9443/infra/base:1'] };
  const old = { repo_tags: ['registry.test:9443/infra/base:0'], id: 'f'.repeat(64) };

  it('they are sandbox images without a configured one, whatever is pinned', () => {
    const pause = { repo_tags: ['registry.k8s.io/pause:3.8'], pinned: true };
    const running = ['registry.test:9443/infra/base:1'];
    expect(sandboxOf([web, base, pause], null, running)).toEqual([false, true, false]);
  });

  it.each([
    ['name', 'registry.test:9443/infra/base:0'],
    ['id', `sha256:${'f'.repeat(64)}`],
  ])('those of pods from before the configuration changed are too, by their %s', (_, earlier) => {
    const configured = 'registry.test:9443/infra/base:1';
    expect(sandboxOf([web, base, old], configured, [earlier])).toEqual([false, true, true]);
  });

  it('none of the list is one if theirs is not in it', () => {
    expect(sandboxOf([web, base], null, ['registry.test:9443/gone:1'])).toEqual([false, false]);
  });
});

describe('without it', () => {
  it.each([
    'registry.k8s.io/pause:3.10',
    'docker.io/rancher/mirrored-pause:3.6',
    'registry.test:9443/infra/pause-amd64:3.1',
  ])('the pinned %s is it, and no image that is not pinned', (name) => {
    expect(sandboxOf([web, { repo_tags: [name], pinned: true }], null)).toEqual([false, true]);
  });

  it.each(['registry.test:9443/shop/web:v2', 'registry.test:9443/pauses:1', 'pause.test/web:1'])(
    'whether the pinned %s is it is unknown',
    (name) => {
      expect(sandboxOf([web, { repo_tags: [name], pinned: true }], null)).toEqual([false, null]);
    },
  );

  it('nothing is known when no image is pinned, as with containerd 1.6', () => {
    expect(sandboxOf([web, { repo_tags: ['registry.k8s.io/pause:3.8'] }], null)).toEqual([
      null,
      null,
    ]);
  });
});
