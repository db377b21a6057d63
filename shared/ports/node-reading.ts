/** Readings of a whole node: put together, and compared with earlier ones. Web standard. */
import { compareTexts } from '../values/compare-texts.ts';
import type { Bridge, HostReadOptions, NodeReading, TimedNodeReading } from './bridge.ts';

export interface HostLists extends Pick<Bridge, 'images' | 'containers'> {
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

/**
 * Reads images and then containers, without facts. Side by side, slow images would make containers old; in this order
 * a container may at most have an image that is not in the list, which guards take for doubt.
 */
export async function wholeNode(
  { images: readImages, containers: readContainers, now }: HostLists,
  options?: HostReadOptions,
): Promise<TimedNodeReading> {
  const images = await readImages(options);
  const imagesAtMs = now();
  const containers = await readContainers(options);
  const ambiguous = [...new Set([...(images.ambiguous ?? []), ...(containers.ambiguous ?? [])])];
  const doubt = ambiguous.length === 0 ? {} : { ambiguous };
  const reading = { facts: null, images: images.rows, containers: containers.rows, ...doubt };
  const ageMs = Math.max(images.ageMs + now() - imagesAtMs, containers.ageMs);
  return { reading, ageMs, containersAgeMs: containers.ageMs };
}

/**
 * `next`, with the parts of `known` whose content is the same; `known` itself if all is. So whoever made something of a
 * reading can tell without comparing whether it is still valid.
 */
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
    isSame(steady.ambiguous, known.ambiguous) &&
    steady.containersMissing === known.containersMissing &&
    steady.sandboxUnknown === known.sandboxUnknown;
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
