/** An image or a container that holds artifacts. */
import type { HostContainer } from '../../ports/bridge.ts';

/** One image, or one container without a listed image, on one node. */
export interface Holder {
  readonly node: string;
  /** The containers that use it, in any state. */
  readonly containers: readonly HostContainer[];
  /** True if it is in use without a container: the image is pinned, or is that of sandboxes. */
  readonly isNeeded: boolean;
  /**
   * True if the artifact's configurations would decide: its digest, which the registry does not have, may be of an index
   * that contained the artifact, or it has none.
   */
  readonly isDoubtful: boolean;
  /** True if its image has no digest. */
  readonly isBare: boolean;
}

/** Tells whether an image cannot be taken away. */
export function isInUse({ containers, isNeeded }: Holder): boolean {
  return isNeeded || containers.length > 0;
}
