import { describe, expect, it } from 'vitest';
import type { ComparedImage } from '../../../../shared/domain/comparison/compare-answer.ts';
import { compareNodes } from '../../../../shared/domain/comparison/comparison.ts';
import {
  EMPTY_IGNORE_LIST,
  parseIgnoreList,
} from '../../../../shared/domain/local-images/parse-ignore-list.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { contentsOf, type NodeState } from '../../../../shared/ports/nodes.ts';
import { imageRow } from '../../../support/host-rows.ts';
import { nodesOf, unreachable } from '../../../support/nodes.ts';

const hex = (digit: string) => digit.repeat(64);
const sha = (digit: string) => `sha256:${hex(digit)}`;
const WEB = 'harbor.example.test/shop/web';

/** An image of shop/web, by the first digits of its id and digests. */
function web(id: string, digests: string, tags: readonly string[] = ['v1']): HostImage {
  return imageRow({
    id: hex(id),
    repo_tags: tags.map((tag) => `${WEB}:${tag}`),
    repo_digests: [...digests].map((digit) => `${WEB}@${sha(digit)}`),
    size_bytes: 10,
  });
}

function compare(nodes: Record<string, readonly HostImage[]>, ignored = 'REPOSITORY,TAG\n') {
  const states = Object.entries(nodes).map(([name, images]) => stateOf(name, images));
  return compareNodes(contentsOf(states), parseIgnoreList(ignored).list);
}

function stateOf(name: string, images: readonly HostImage[]): NodeState {
  const reading = { facts: null, images, containers: [] };
  return { name, status: 'ok', readAtMs: 0, ageMs: 0, problem: null, reading };
}

/** `digest or id: nodes - missing_on`, by their first digit. */
function short({ digest, id, nodes, missing_on }: ComparedImage): string {
  const key = digest?.slice('sha256:'.length, 'sha256:'.length + 1) ?? `id ${id?.slice(0, 1)}`;
  return `${key}: ${nodes.join(' ')} - ${missing_on.join(' ')}`;
}

function summary(nodes: Record<string, readonly HostImage[]>) {
  const { common, partial, single, skew } = compare(nodes);
  return {
    common: common.map(short),
    partial: partial.map(short),
    single: single.map(short),
    skew: skew.map(({ name }) => name),
  };
}

const NOTHING = { common: [], partial: [], single: [], skew: [] };

describe('compareNodes', () => {
  it('tells what an image is, where it is, and where it is not', () => {
    const { partial } = compare({ a: [web('1', 'a')], b: [web('1', 'a')], c: [web('2', 'b')] });
    expect(partial).toEqual([
      {
        by: 'digest',
        digest: sha('a'),
        id: hex('1'),
        names: [`${WEB}:v1`],
        size_bytes: 10,
        nodes: ['a', 'b'],
        missing_on: ['c'],
      },
    ]);
  });

  const CASES: readonly (readonly [string, Record<string, readonly HostImage[]>, object])[] = [
    ['no readable node', {}, {}],
    ['one node', { a: [web('1', 'a')] }, { common: ['a: a - '] }],
    ['on all nodes', { a: [web('1', 'a')], b: [web('1', 'a')] }, { common: ['a: a b - '] }],
    ['on some', { a: [web('1', 'a')], b: [], c: [web('1', 'a')] }, { partial: ['a: a c - b'] }],
    ['on one', { a: [], b: [web('1', 'a')] }, { single: ['a: b - a'] }],
    [
      'one digest under different tags',
      { a: [web('1', 'a', ['v1'])], b: [web('1', 'a', ['v2'])] },
      { common: ['a: a b - '] },
    ],
    [
      'one tag with two digests',
      { a: [web('1', 'a')], b: [web('2', 'b')] },
      { single: ['a: a - b', 'b: b - a'], skew: [`${WEB}:v1`] },
    ],
    [
      'one index on two platforms',
      { a: [web('1', 'a')], b: [web('2', 'a')] },
      { common: ['a: a b - '] },
    ],
    [
      'containerd with the digest of the index, CRI-O also with that of the manifest',
      { a: [web('1', 'b')], b: [web('1', 'ab')] },
      { common: ['b: a b - '] },
    ],
    [
      'two indexes with the same manifest on one node, which are not the same elsewhere',
      { a: [web('1', 'a')], b: [web('1', 'ab')], c: [web('2', 'b')] },
      { partial: ['a: a b - c', 'b: b c - a'], skew: [`${WEB}:v1`] },
    ],
    [
      'no repository digest anywhere',
      { a: [web('1', '')], b: [web('1', '')], c: [web('2', '')] },
      { partial: ['id 1: a b - c'], single: ['id 2: c - a b'], skew: [`${WEB}:v1`] },
    ],
    [
      'no repository digest on one node, where the id is that of another',
      { a: [web('1', 'a')], b: [web('1', '')] },
      { common: ['a: a b - '] },
    ],
    [
      'a tag that an image has on one node only',
      { a: [web('1', 'a', ['v1', 'v2'])], b: [web('1', 'a', ['v1']), web('2', 'b', ['v2'])] },
      { common: ['a: a b - '], single: ['b: b - a'], skew: [`${WEB}:v2`] },
    ],
  ];
  it.each(CASES)('classifies %s', (_, nodes, expected) => {
    expect(summary(nodes)).toEqual({ ...NOTHING, ...expected });
  });

  it.each([
    ['by digest', { a: [web('1', 'a')], b: [web('1', 'a')] }, { by: 'digest', id: hex('1') }],
    ['by id', { a: [web('1', '')], b: [web('1', '')] }, { by: 'id', digest: null, id: hex('1') }],
    ['by id on one', { a: [web('1', 'a')], b: [web('1', '')] }, { by: 'id', digest: sha('a') }],
    ['by digest on two platforms', { a: [web('1', 'a')], b: [web('2', 'a')] }, { id: null }],
  ])('says %s what identifies an image', (_, nodes, expected) => {
    expect(compare(nodes).common).toEqual([expect.objectContaining(expected)]);
  });

  it.each([
    ['its tags on all nodes', [web('1', 'a', ['v2'])], [`${WEB}:v1`, `${WEB}:v2`]],
    ['its tag if it has none on another', [web('1', 'a', [])], [`${WEB}:v1`]],
  ])('names an image by %s', (_, onOther, names) => {
    const { common } = compare({ a: [web('1', 'a')], b: onOther });
    expect(common.map((row) => row.names)).toEqual([names]);
  });

  it('names an image without a tag by its digest', () => {
    expect(compare({ a: [web('1', 'a', [])] }).common.map(({ names }) => names)).toEqual([
      [`${WEB}@${sha('a')}`],
    ]);
  });

  it('shows who has which digest under a name, the one on most nodes first', () => {
    const { skew } = compare({ a: [web('1', 'a')], b: [web('2', 'b')], c: [web('2', 'b')] });
    expect(skew).toEqual([
      {
        name: `${WEB}:v1`,
        variants: [
          { digest: sha('b'), id: hex('2'), nodes: ['b', 'c'] },
          { digest: sha('a'), id: hex('1'), nodes: ['a'] },
        ],
      },
    ]);
  });

  it('leaves out ignored tags, and an image with no other tag', () => {
    const nodes = { a: [web('1', 'a', ['v1', 'v2'])], b: [web('2', 'b', ['v2'])] };
    const { common, partial, single, skew } = compare(nodes, `REPOSITORY,TAG\n${WEB},v2\n`);
    expect({ common, partial, skew }).toEqual({ common: [], partial: [], skew: [] });
    expect(single.map(({ names }) => names)).toEqual([[`${WEB}:v1`]]);
  });

  it('does not call an image missing on a node that has it under an ignored tag', () => {
    const nodes = { a: [web('1', 'a', ['v1'])], b: [web('1', 'a', ['v2'])] };
    const { common } = compare(nodes, `REPOSITORY,TAG\n${WEB},v2\n`);
    expect(common.map(short)).toEqual(['a: a b - ']);
  });

  it('takes the largest of the sizes that are known', () => {
    const sized = (id: string, size_bytes: number | null) => ({ ...web(id, 'a'), size_bytes });
    const nodes = { a: [sized('1', null)], b: [sized('2', 5)], c: [sized('3', 7)] };
    expect(compare(nodes).common.map(({ size_bytes }) => size_bytes)).toEqual([7]);
    expect(compare({ a: [sized('1', null)] }).common.map(({ size_bytes }) => size_bytes)).toEqual([
      null,
    ]);
  });

  it('counts stale nodes, and leaves unreadable ones out of every list', async () => {
    const images = [web('1', 'a')];
    const { nodes } = await nodesOf({
      a: { images },
      b: { stale: { images } },
      c: unreachable('c'),
      d: { images, ambiguous: ['/run/one.sock', '/run/other.sock'] },
    }).read({ allowStale: true });
    const { common, partial } = compareNodes(contentsOf(nodes), EMPTY_IGNORE_LIST);
    expect([common.map(short), partial]).toEqual([['a: a b - '], []]);
  });

  it('orders by name, whatever the order of the rows', () => {
    const images = [web('1', 'a', ['v3']), web('2', 'b', ['v1']), web('3', 'c', ['v2'])];
    const named = (rows: readonly HostImage[]) =>
      compare({ a: rows }).common.map(({ names }) => names[0]);
    expect(named(images)).toEqual([`${WEB}:v1`, `${WEB}:v2`, `${WEB}:v3`]);
    expect(named(images.toReversed())).toEqual(named(images));
  });
});
