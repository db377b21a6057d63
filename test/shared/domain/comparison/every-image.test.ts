/** Over random nodes, a comparison loses no image, and never says that a node lacks what it has. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ComparedImage } from '../../../../shared/domain/comparison/compare-answer.ts';
import { compareNodes } from '../../../../shared/domain/comparison/comparison.ts';
import { EMPTY_IGNORE_LIST } from '../../../../shared/domain/local-images/parse-ignore-list.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { contentsOf, type NodeState } from '../../../../shared/ports/nodes.ts';
import { repositoryDigests } from '../../../../shared/values/image-name.ts';
import { imageRow } from '../../../support/host-rows.ts';

const hex = (digit: string) => digit.repeat(64);
const digit = fc.constantFrom('1', '2', '3', '4');

const image = fc
  .record({
    id: digit,
    digests: fc.uniqueArray(digit, { maxLength: 2 }),
    tags: fc.uniqueArray(fc.constantFrom('v1', 'v2'), { maxLength: 2 }),
  })
  .map(({ id, digests, tags }) =>
    imageRow({
      id: hex(id),
      repo_tags: tags.map((tag) => `shop/web:${tag}`),
      repo_digests: digests.map((one) => `shop/web@sha256:${hex(one)}`),
    }),
  );
const nodes = fc
  .array(fc.array(image, { maxLength: 4 }), { maxLength: 5 })
  .map((all) => all.map((images, index) => stateOf(`node-${index}`, images)));

function stateOf(name: string, images: readonly HostImage[]): NodeState {
  const reading = { facts: null, images, containers: [] };
  return { name, status: 'ok', readAtMs: 0, ageMs: 0, problem: null, reading };
}

const compare = (states: readonly NodeState[]) =>
  compareNodes(contentsOf(states), EMPTY_IGNORE_LIST);
const imagesOf = ({ reading }: NodeState) => reading?.images ?? [];

function rowsOf(states: readonly NodeState[]): readonly ComparedImage[] {
  const { common, partial, single } = compare(states);
  return [...common, ...partial, ...single];
}

/** Whether an image has what identifies a row. */
const isOf = ({ digest, id }: ComparedImage, one: HostImage) =>
  digest === null ? one.id === id : repositoryDigests(one).includes(digest);

describe('a comparison of any nodes', () => {
  it('has each image of each node in a row that names the node', () => {
    fc.assert(
      fc.property(nodes, (states) => {
        const rows = rowsOf(states);
        const lost = states.flatMap((state) =>
          imagesOf(state).filter(
            (one) =>
              repositoryDigests(one).length > 0 &&
              !rows.some((row) => row.nodes.includes(state.name) && isOf(row, one)),
          ),
        );
        expect(lost).toEqual([]);
      }),
    );
  });

  it('never says that a node lacks an image that it has', () => {
    fc.assert(
      fc.property(nodes, (states) => {
        const wrong = rowsOf(states).filter((row) =>
          states.some(
            (state) =>
              row.missing_on.includes(state.name) && imagesOf(state).some((one) => isOf(row, one)),
          ),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('splits the nodes of each row, and has each row in one list', () => {
    fc.assert(
      fc.property(nodes, (states) => {
        const rows = rowsOf(states);
        const names = states.map(({ name }) => name);
        const split = rows.map((row) => [...row.nodes, ...row.missing_on].toSorted());
        expect(split).toEqual(rows.map(() => names));
        const keys = rows.map(({ digest, id }) => digest ?? id);
        expect(new Set(keys).size).toBe(keys.length);
        const { common, partial, single } = compare(states);
        expect(common.every((row) => row.missing_on.length === 0)).toBe(true);
        expect(partial.every((row) => row.nodes.length > 1 && row.missing_on.length > 0)).toBe(
          true,
        );
        expect(single.every((row) => row.nodes.length === 1 && row.missing_on.length > 0)).toBe(
          true,
        );
      }),
    );
  });

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(nodes, (states) => {
        const turned = states.map((state) => stateOf(state.name, imagesOf(state).toReversed()));
        expect(compare(turned)).toEqual(compare(states));
      }),
    );
  });
});
