import { describe, expect, it } from 'vitest';
import type { HarborEvent } from '../../../../shared/domain/webhooks/harbor-event.ts';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { effectsOfOne } from '../../../support/event-effects.ts';
import { imageRow } from '../../../support/host-rows.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const REGISTRIES = ['harbor.example.test:8443', 'mirror'];

function event(type: 'PUSH_ARTIFACT' | 'DELETE_ARTIFACT', tag = 'v1') {
  const [parsed] = parseHarborDelivery({
    type,
    occur_at: 1,
    event_data: {
      resources: [{ digest: digest('a'), tag }],
      repository: { repo_full_name: 'shop/apps/web' },
    },
  }).events;
  if (parsed === undefined) throw new Error('no event');
  return parsed;
}

function image(repo_tags: string[], repo_digests: string[]): HostImage {
  return imageRow({ repo_tags, repo_digests });
}

const holding = (tag: string, letter: string) =>
  image([tag], [`${tag.replace(/:\w+$/, '')}@${digest(letter)}`]);
/** The effect on the only host. */
function effectOf(about: HarborEvent, found: readonly HostImage[] | Problem) {
  const hosts =
    found instanceof Problem
      ? found
      : { hosts: [{ node: null, images: found, containers: null }], unread: [] };
  return effectsOfOne(about, hosts, REGISTRIES)[0] ?? null;
}

const pushed = (...images: HostImage[]) => effectOf(event('PUSH_ARTIFACT'), images);
const deleted = (...images: HostImage[]) => effectOf(event('DELETE_ARTIFACT'), images);

describe('a deleted artifact', () => {
  it('affects a host that has its digest under any name', () => {
    const effect = deleted(holding('elsewhere/app:v9', 'b'), holding('elsewhere/web:v7', 'a'));
    expect(effect).toMatchObject({ effect: 'deleted', images: ['elsewhere/web:v7'] });
  });

  it('names an image without a tag by its digest', () => {
    const name = `mirror/shop/apps/web@${digest('a')}`;
    expect(deleted(image([], [name]))?.images).toEqual([name]);
  });

  it('does not affect a host that has the tag with another digest', () => {
    expect(deleted(holding('mirror/shop/apps/web:v1', 'b'))).toBeNull();
  });

  it('names twenty images at most', () => {
    const many = Array.from({ length: 30 }, (_, index) => holding(`app:v${index}`, 'a'));
    expect(deleted(...many)?.images).toHaveLength(20);
  });
});

describe('a pushed tag', () => {
  it.each([
    'harbor.example.test:8443/shop/apps/web:v1',
    'Harbor.Example.test:8443/shop/apps/web:v1',
    'mirror/shop/apps/web:v1',
    'mirror:443/shop/apps/web:v1',
  ])('is replaced when the host has %s with another digest', (name) => {
    expect(pushed(holding(name, 'b'))).toMatchObject({ effect: 'replaced', images: [name] });
  });

  it.each([
    ['the same digest', holding('mirror/shop/apps/web:v1', 'a')],
    ['another tag', holding('mirror/shop/apps/web:v2', 'b')],
    ['another repository', holding('mirror/apps/web:v1', 'b')],
    ['another registry', holding('docker.io/shop/apps/web:v1', 'b')],
  ])('does not affect a host with %s', (_, held) => {
    expect(pushed(held)).toBeNull();
  });

  it('does not affect an empty host', () => {
    expect(pushed()).toBeNull();
  });

  it('is unknown when the image has no digest to compare', () => {
    const held = image(['mirror/shop/apps/web:v1'], ['<none>@<none>']);
    expect(pushed(held)).toMatchObject({ effect: 'unknown', images: ['mirror/shop/apps/web:v1'] });
  });

  it('has no effect without a tag: children of an index are pushed by digest', () => {
    const child = event('PUSH_ARTIFACT', digest('a'));
    expect(effectOf(child, [holding('mirror/shop/apps/web:v1', 'b')])).toBeNull();
    expect(effectOf(child, new Problem('crictl_timeout', 'Slow.'))).toBeNull();
  });
});

it('is unknown, not empty, when the host could not be read', () => {
  const problem = new Problem('runtime_unreachable', 'The runtime is down.');
  expect(effectOf(event('DELETE_ARTIFACT'), problem)).toMatchObject({
    effect: 'unknown',
    detail: expect.stringContaining('The runtime is down.'),
  });
});
