/** The rows of `GET /local-images`: one for each tag of each image on the host. */

import type { HostImage } from '../../ports/bridge.ts';
import type { IgnoreList } from '../../ports/ignore-list.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { NONE, parseImageName } from '../../values/image-name.ts';
import { humanSize } from '../../values/size.ts';
import type { LocalImage } from './local-image.ts';

/** crictl's table shortens ids to 13 characters. */
const SHORT_ID_LENGTH = 13;

/**
 * Turns images into rows without the ignored ones, sorted by repository, then tag. crictl's own order
 * changes between identical calls as soon as one image has no tag.
 */
export function localImageRows(
  images: readonly HostImage[],
  ignoreList?: IgnoreList,
): LocalImage[] {
  const rows = images
    .flatMap(rowsOfImage)
    .filter((row) => ignoreList === undefined || !ignoreList.matches(row));
  return rows.sort(
    (a, b) =>
      compareTexts(a.repository, b.repository) ||
      compareTexts(a.tag, b.tag) ||
      compareTexts(a.id, b.id),
  );
}

/** Repository and tag of each row of an image, `<none>` where one is missing. */
export function imageTags({
  repo_tags,
  repo_digests,
}: Pick<HostImage, 'repo_tags' | 'repo_digests'>): readonly { repository: string; tag: string }[] {
  // As in crictl's table, the first digest names an image without a tag, even when it is `<none>`.
  const fallback = () => parseImageName(repo_digests[0] ?? NONE).repository;
  const tags = repo_tags.length === 0 ? [`${NONE}:${NONE}`] : repo_tags;
  return tags.map((name) => {
    const { repository, tag } = parseImageName(name);
    return { repository: repository === NONE ? fallback() : repository, tag: tag ?? NONE };
  });
}

function rowsOfImage(image: HostImage): LocalImage[] {
  const usable = image.repo_digests.map(parseImageName).filter(({ digest }) => digest !== null);
  // The first of a repository wins.
  const digests = new Map(
    usable.toReversed().map(({ repository, digest }) => [repository, digest]),
  );
  return imageTags(image).map(({ repository, tag }) => {
    return {
      repository,
      tag,
      image_id: image.id.slice(0, SHORT_ID_LENGTH),
      size: image.size_bytes === null ? null : humanSize(image.size_bytes),
      id: image.id,
      digest: digests.get(repository) ?? usable[0]?.digest ?? null,
      size_bytes: image.size_bytes,
      pinned: image.pinned,
    };
  });
}
