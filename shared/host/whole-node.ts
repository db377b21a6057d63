/** A node's reading of a bridge that reads images and containers apart. */
import type { Bridge, HostReadOptions, TimedNodeReading } from './bridge.ts';

/** Reads both side by side, without facts. */
export async function wholeNode(
  { images: readImages, containers: readContainers }: Pick<Bridge, 'images' | 'containers'>,
  options?: HostReadOptions,
): Promise<TimedNodeReading> {
  const [images, containers] = await Promise.all([readImages(options), readContainers(options)]);
  const ambiguous = [...new Set([...(images.ambiguous ?? []), ...(containers.ambiguous ?? [])])];
  const doubt = ambiguous.length === 0 ? {} : { ambiguous };
  const reading = { facts: null, images: images.rows, containers: containers.rows, ...doubt };
  return { reading, ageMs: Math.max(images.ageMs, containers.ageMs) };
}
