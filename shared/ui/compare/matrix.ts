/** The comparison of nodes as a matrix of images and nodes: what differs first. */

import type { ComparedImage, Skew } from '../../domain/comparison/compare-answer.ts';
import type { Comparison } from '../../domain/comparison/comparison.ts';
import { compareTexts } from '../../values/compare-texts.ts';

/** The kinds of an image: a list of GET /compare, and whether it is a variant of one in `skew`. */
export const KINDS = ['skew', 'partial', 'single', 'common'] as const;
export type CellKind = (typeof KINDS)[number];

/** One image. */
export interface MatrixRow extends ComparedImage {
  /** The list that it is in. */
  readonly list: Exclude<CellKind, 'skew'>;
  /** Nodes that have another digest under one of its names; empty without skew. */
  readonly other_on: readonly string[];
}

/** How a node has an image; `other`: another digest under the same name; `lacking`: most other nodes have it. */
export type MatrixCell = 'has' | 'other' | 'lacking' | 'missing' | 'unknown';

/** The rows, each image once: variants of one name side by side, then the other lists. */
export function matrixRows(comparison: Comparison): readonly MatrixRow[] {
  const skews = skewsByName(comparison.skew);
  const rows = (['partial', 'single', 'common'] as const).flatMap((list) =>
    comparison[list].map(
      (image): MatrixRow => ({ ...image, list, other_on: othersOf(image, skews) }),
    ),
  );
  const skewed = rows.filter(isSkewed).sort(byVariant(skews));
  return [...skewed, ...rows.filter((row) => !isSkewed(row))];
}

export function isOfKind(row: MatrixRow, kind: CellKind): boolean {
  return kind === 'skew' ? isSkewed(row) : row.list === kind;
}

/** Tells whether a node lacks an image that most of the other readable nodes have. */
export function isLacking({ nodes, missing_on }: MatrixRow, node: string): boolean {
  return isOnMost({ nodes, missing_on }) && missing_on.includes(node);
}

/** Tells whether most nodes have it, without one that does not. */
function isOnMost({ nodes, missing_on }: Pick<MatrixRow, 'nodes' | 'missing_on'>): boolean {
  return 2 * nodes.length > nodes.length + missing_on.length - 1;
}

/** How many images each node lacks, by name. A node that lacks none is left out. */
export function lackingByNode(rows: readonly MatrixRow[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { nodes, missing_on } of rows) {
    if (!isOnMost({ nodes, missing_on })) continue;
    for (const node of missing_on) counts.set(node, (counts.get(node) ?? 0) + 1);
  }
  return counts;
}

/** One cell for each node. @param unknown the nodes that could not be read */
export function cellsOf(
  { nodes, missing_on, other_on }: MatrixRow,
  names: readonly string[],
  unknown: ReadonlySet<string>,
): readonly MatrixCell[] {
  const absent = isOnMost({ nodes, missing_on }) ? 'lacking' : 'missing';
  const [having, others] = [new Set(nodes), new Set(other_on)];
  return names.map((name) => {
    if (having.has(name)) return 'has';
    if (others.has(name)) return 'other';
    return unknown.has(name) ? 'unknown' : absent;
  });
}

/** Node names, each with what is shown of it: not the domain that all of them have. */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = ''] = names;
  const dot = first.indexOf('.');
  const domain = first.slice(dot);
  // The ends of addresses are no domain.
  const isDomain = dot > 0 && /[a-z]/i.test(domain) && names.length > 1;
  const isShared = isDomain && names.every((name) => name.endsWith(domain) && name !== domain);
  return new Map(names.map((name) => [name, isShared ? name.slice(0, -domain.length) : name]));
}

type Skews = ReadonlyMap<string, Skew>;

function skewsByName(skews: readonly Skew[]): Skews {
  return new Map(skews.map((skew) => [skew.name, skew]));
}

function isSkewed({ other_on }: MatrixRow): boolean {
  return other_on.length > 0;
}

function othersOf({ names, digest, id }: ComparedImage, skews: Skews): readonly string[] {
  const variants = names.flatMap((name) => skews.get(name)?.variants ?? []);
  const others = variants.filter((one) => one.digest !== digest || one.id !== id);
  return [...new Set(others.flatMap(({ nodes }) => nodes))];
}

function byVariant(skews: Skews): (a: MatrixRow, b: MatrixRow) => number {
  const nameOf = ({ names }: MatrixRow) => names.find((name) => skews.has(name)) ?? '';
  return (a, b) => compareTexts(nameOf(a), nameOf(b)) || b.nodes.length - a.nodes.length;
}
