/** Finds the images of the pods' sandboxes ("pause"), which no container uses and which must not be removed. */
import type { HostImage } from '../shared/ports/bridge.ts';
import { parseImageName, withoutAlgorithm } from '../shared/values/image-name.ts';

/** `pause`, and the names of its copies: `mirrored-pause`, `pause-amd64`. */
const PAUSE = /(?:^|[-_/])pause(?:[-_]|$)/;

/** Names or ids of images. */
export interface SandboxFacts {
  /** The image in the runtime's configuration, which new sandboxes get; null: the runtime does not say. */
  readonly configured: string | null;
  /** The images of the sandboxes that are there; null: crictl does not say. */
  readonly running: readonly string[] | null;
  /** True if crictl should have said `running` and failed, or took too long. crictl up to 1.30 cannot say it. */
  readonly runningUnread?: boolean;
}

/**
 * Says of each image whether sandboxes use it. If neither the sandboxes nor the configuration tell, the pinned images
 * decide, since runtimes pin their sandbox image; without any, nothing is known.
 */
export function withSandbox(images: readonly HostImage[], facts: SandboxFacts): HostImage[] {
  const told = [facts.configured ?? [], facts.running ?? []].flat();
  const names = new Set(told.flatMap(possibleNames));
  const isNamed = ({ id, repo_tags, repo_digests }: HostImage): boolean =>
    [id, ...repo_tags, ...repo_digests].some((name) => names.has(name));
  const isTold = facts.running !== null || images.some(isNamed);
  const somePinned = images.some(({ pinned }) => pinned);
  const byPin = (image: HostImage): boolean | null => {
    if (!image.pinned) return somePinned ? false : null;
    return isPause(image) || null;
  };
  return images.map((image) => ({ ...image, sandbox: isTold ? isNamed(image) : byPin(image) }));
}

/** A name may lack the registry and the tag, and may have a tag and a digest. */
function possibleNames(given: string): string[] {
  const { repository, tag, digest } = parseImageName(given);
  const end = digest === null ? `:${tag ?? 'latest'}` : `@${digest}`;
  const names = ['', 'docker.io/', 'docker.io/library/'].map(
    (prefix) => `${prefix}${repository}${end}`,
  );
  return [withoutAlgorithm(given), ...names];
}

function isPause({ repo_tags, repo_digests }: HostImage): boolean {
  return [...repo_tags, ...repo_digests].some((name) =>
    PAUSE.test(parseImageName(name).repository),
  );
}
