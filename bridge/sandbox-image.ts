/** Finds the image of the pods' sandboxes ("pause"), which no container uses and which must not be removed. */
import type { HostImage } from '../shared/ports/bridge.ts';
import { parseImageName } from '../shared/values/image-name.ts';

/** `pause`, and the names of its copies: `mirrored-pause`, `pause-amd64`. */
const PAUSE = /(?:^|[-_/])pause(?:[-_]|$)/;

/**
 * Says of each image whether it is the sandbox image.
 * @param configured the image in the runtime's configuration; null when it does not say. Then the pinned images
 *   decide, since runtimes pin their sandbox image; without any, nothing is known.
 */
export function withSandbox(images: readonly HostImage[], configured: string | null): HostImage[] {
  const names = configured === null ? [] : possibleNames(configured);
  const isConfigured = (image: HostImage): boolean =>
    names.some((name) => image.repo_tags.includes(name) || image.repo_digests.includes(name));
  const found = images.some(isConfigured);
  const somePinned = images.some(({ pinned }) => pinned);
  const byPin = (image: HostImage): boolean | null => {
    if (!image.pinned) return somePinned ? false : null;
    return isPause(image) || null;
  };
  return images.map((image) => ({ ...image, sandbox: found ? isConfigured(image) : byPin(image) }));
}

/** The name in a configuration may lack the registry and the tag, and may have a tag and a digest. */
function possibleNames(configured: string): string[] {
  const { repository, tag, digest } = parseImageName(configured);
  const end = digest === null ? `:${tag ?? 'latest'}` : `@${digest}`;
  return ['', 'docker.io/', 'docker.io/library/'].map((prefix) => `${prefix}${repository}${end}`);
}

function isPause({ repo_tags, repo_digests }: HostImage): boolean {
  return [...repo_tags, ...repo_digests].some((name) =>
    PAUSE.test(parseImageName(name).repository),
  );
}
