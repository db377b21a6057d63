/** The name of an image that drift compares. */
import type { DriftRow } from '../../domain/drift/drift-answer.ts';

/** `repository:tag`; of an image without a tag `repository`. */
export function imageNameText({ repository, tag }: Pick<DriftRow, 'repository' | 'tag'>): string {
  return tag === null ? repository : `${repository}:${tag}`;
}
