/** The list of GET /harbor/artifacts/{project}/{repository} with details that only its page shows. */
import type { Artifact } from '../../adapters/harbor/artifacts.ts';
import type { RepositoryAt } from '../../adapters/harbor/http/url.ts';
import {
  type ArtifactDetails,
  listDetailedArtifacts,
} from '../../adapters/harbor/lists/artifact-details.ts';
import type { Slice } from '../../adapters/harbor/lists/list.ts';
import type { FunctionContext } from '../function.ts';
import { type HarborRows, harborSession, isInOwnOrder } from '../harbor-endpoints.ts';
import type { ListOptions } from '../list-answer.ts';
import { findArtifacts } from './harbor-artifact-list.ts';

export interface ShownArtifact extends Artifact {
  /** Null: Harbor was not asked for them. */
  readonly details: ArtifactDetails | null;
}

/**
 * One slice of a repository's artifacts. In Harbor's own order it has details. A search or another order needs the
 * complete list, for which they would take Harbor too long.
 * @throws Problem of Harbor
 */
export async function findDetailedArtifacts(
  c: FunctionContext,
  at: RepositoryAt,
  options: ListOptions & { readonly slice: Slice },
): Promise<HarborRows<ShownArtifact>> {
  if (isInOwnOrder(options)) {
    return c.get('log').upstream(listDetailedArtifacts(harborSession(c), at, options.slice));
  }
  const { rows, total } = await findArtifacts(c, at, options);
  return { rows: rows.map((row) => ({ ...row, details: null })), total };
}

/** Whether an artifact has a signature; null if that is not known. */
export function isSigned(details: ArtifactDetails | null): boolean | null {
  if (details === null) return null;
  return details.accessories.some(({ type }) => type?.startsWith('signature.') === true);
}
