/**
 * Keeps the identity of what has not changed between two readings of a node, so that whoever made something of it
 * can tell without comparing. Web standard.
 */
import { compareTexts } from '../compare-texts.ts';
import type { NodeReading } from './bridge.ts';

/** `next`, with the parts of `known` whose content is the same; `known` itself if all is. */
export function steadyReading(next: NodeReading, known: NodeReading | null): NodeReading {
  const sorted = { ...next, images: byId(next.images), containers: byId(next.containers) };
  if (known === null) return sorted;
  const steady = {
    ...sorted,
    facts: isSame(sorted.facts, known.facts) ? known.facts : sorted.facts,
    images: sameRows(sorted.images, known.images),
    containers: sameRows(sorted.containers, known.containers),
  };
  const isUnchanged =
    steady.facts === known.facts &&
    steady.images === known.images &&
    steady.containers === known.containers &&
    isSame(steady.ambiguous, known.ambiguous);
  return isUnchanged ? known : steady;
}

/** crictl's own order may change between identical calls. */
function byId<Row extends { readonly id: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => compareTexts(a.id, b.id));
}

function sameRows<Row>(next: readonly Row[], known: readonly Row[]): readonly Row[] {
  if (next.length !== known.length) return next;
  const isEqual = next.every((row, index) => row === known[index] || isSame(row, known[index]));
  return isEqual ? known : next;
}

/** For values of one schema, whose members always have the same order. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
