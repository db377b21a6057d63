/** The recorded deletions, each group with what it deletes from. */
import { twoPlatforms } from './recorded-registry.ts';
import type { Scenario } from './scenarios.ts';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `r${String(index).padStart(3, '0')}`);

const THREE = 'sha256:df72e84c2d88e13625574352a2c520b78fdd12e3c1af8d1622f18b63044e49e6';
const BY_DIGEST = 'sha256:e3e83c663c9fe19ede21cd4c79f17079bdb4e52f51af28f21b6642caca15fe3a';
const CHILD = 'sha256:6a1a635022cd60a747e567c38f7800e0ab720f821a9259f5dd4127370efd1d20';
const INDEX2 = 'sha256:f68d5a410cf179750f132f259d6699d4fbf43aadce47c0552181a7d8428a561f';
const UNTAGGED = 'sha256:ea326da81b599a27274f016bab5c69722a03605a5710b82261b92ae813b68f5f';
const SIGNATURE = 'sha256:16e079a2e6712360ca91038f642d40f0872e7e00534ea9e1c4f2f8efb2a37f97';
const REFERRER = 'sha256:6a60bc9e84e44e20d7539e9fcd56dce0a2f40002805e831d66558390da0237db';

export const DELETE_SCENARIOS: readonly Scenario[] = [
  {
    title: 'one of three tags',
    extras: { scratch: { three: [{ digest: THREE, tags: ['a', 'b', 'c'] }, { tags: ['other'] }] } },
    fixtures: [
      'delete-3tags-0-before',
      'delete-3tags-1-delete',
      'delete-3tags-2-list',
      'delete-3tags-3-get-other-tag',
      'delete-3tags-4-repeat',
      'delete-3tags-5-by-digest',
      'delete-last-1',
      'delete-last-2-repository',
      'delete-last-3-repositories',
    ],
  },
  {
    title: '120 tags',
    extras: { scratch: { manytags: [{ tags: numbered(120) }] } },
    fixtures: [
      'artifacts-120-tags',
      'artifact-tags-120-p2',
      'delete-120-tags',
      'delete-120-tags-after',
    ],
  },
  {
    title: 'by digest, untagged, and in a project named by digits',
    extras: {
      scratch: {
        bydigest: [{ digest: BY_DIGEST, tags: ['v1'] }],
        unt: [{ digest: UNTAGGED }],
      },
      '12345': { del: [{ tags: ['v1'] }] },
    },
    fixtures: [
      'delete-digest-1',
      'delete-digest-2-repeat',
      'delete-untagged-0-list',
      'delete-untagged-1',
      'delete-12345',
    ],
  },
  {
    title: 'indexes and their children',
    extras: {
      scratch: {
        index: [twoPlatforms(['multi'], { amd64: { digest: CHILD } })],
        index2: [twoPlatforms(['multi'], { digest: INDEX2, amd64: { tags: ['amd64-only'] } })],
      },
    },
    fixtures: [
      'delete-index-child',
      'delete-index',
      'delete-index-child-after',
      'delete-index-tagged-child-1',
      'delete-index-tagged-child-2',
      'delete-index-tagged-child-3',
      'delete-index-tagged-child-4',
    ],
  },
  {
    title: 'accessories',
    extras: {
      scratch: {
        signed: [
          {
            tags: ['1.0'],
            accessories: [
              { type: 'signature.cosign', digest: SIGNATURE },
              { type: 'subject.accessory', digest: REFERRER },
            ],
          },
        ],
      },
    },
    fixtures: ['delete-accessory', 'delete-signed', 'delete-signed-after'],
  },
  {
    title: 'nested repositories',
    extras: { scratch: { 'apps/web/frontend': [{ tags: ['v1'] }, { tags: ['v2'] }] } },
    fixtures: [
      'delete-nested-252F',
      'delete-nested-2F-nginx',
      'delete-nested-raw',
      'delete-nested-25252F',
    ],
  },
  {
    title: 'bodies, media types and a whole repository',
    extras: { scratch: { misc: [{ tags: ['v1'] }, { tags: ['v2'] }, { tags: ['v3'] }] } },
    fixtures: [
      'delete-accept-html',
      'delete-with-body',
      'delete-with-text-body',
      'delete-repository',
      'delete-repository-repeat',
    ],
  },
  {
    title: 'robots that may delete',
    extras: { 'team-a': { robodel: [{ tags: ['v1'] }, { tags: ['v2'] }] } },
    fixtures: ['delete-as-robot', 'delete-as-robot-system'],
  },
  {
    title: 'tags only',
    extras: { scratch: { tagonly: [{ tags: ['t1', 't2'] }] } },
    fixtures: [
      'tag-delete-1',
      'tag-delete-2-list',
      'tag-delete-3-repeat',
      'tag-delete-4-repeat-other-ref',
      'tag-delete-5-last',
      'tag-delete-6-list',
    ],
  },
  {
    title: 'dot segments',
    extras: {
      scratch: {
        dots: [{ tags: ['v1'] }, { tags: ['v2'] }],
        dots2: [{ tags: ['v1'] }],
        left: [{ tags: ['v1'] }],
      },
    },
    fixtures: [
      'dotdot-1-delete-dot-reference',
      'dotdot-2-list',
      'dotdot-3-delete-dotdot-reference',
      'dotdot-4-after',
      'dotdot-5-delete-dotdot-plain',
      'dotdot-6-after',
      'dotdot-7-delete-dotdot-repo',
      'dotdot-8-delete-dotdot-double',
    ],
  },
];
