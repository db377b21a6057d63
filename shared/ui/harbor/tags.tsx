/** Tags of an artifact: each is a link, with a button that copies the reference for a pull. */

import type { FunctionContext } from '../../http/function.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { CopyButton } from '../parts/values.tsx';
import { artifactAddress } from '../view/links.ts';
import { imageReference } from './image-reference.ts';

interface TagsProps {
  readonly c: FunctionContext;
  readonly at: RepositoryAt;
  readonly tags: readonly string[];
}

/** Artifacts may have thousands. */
const SHOWN = 10;
/** How many a row of a table has in all. */
const IN_ROW = 100;

/** The first tags; the others unfold. */
export function Tags({ c, at, tags }: TagsProps) {
  const more = tags.slice(SHOWN);
  return (
    <>
      <TagList c={c} at={at} tags={tags.slice(0, SHOWN)} />
      {more.length > 0 && (
        <details class="unfold">
          <summary>{more.length} more</summary>
          <TagList c={c} at={at} tags={more} />
        </details>
      )}
    </>
  );
}

/** The same in a table of artifacts. The page of an artifact has all of its tags. */
export function TagsInRow({ c, at, tags, digest }: TagsProps & { readonly digest: string }) {
  return (
    <>
      <Tags c={c} at={at} tags={tags.slice(0, IN_ROW)} />
      {tags.length > IN_ROW && (
        <a class="small" href={artifactAddress({ ...at, reference: digest })}>
          all {tags.length} tags
        </a>
      )}
    </>
  );
}

function TagList({ c, at, tags }: TagsProps) {
  return (
    <ul class="tags">
      {tags.map((tag) => (
        <li>
          <a href={artifactAddress({ ...at, reference: tag })}>{tag}</a>
          <CopyButton text={imageReference(c, at, tag)} what="reference" />
        </li>
      ))}
    </ul>
  );
}
