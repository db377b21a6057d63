/** The list of GET /harbor/unused, for the function and its page. */

import * as z from 'zod/mini';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { duration, parseDuration } from '../../values/duration.ts';
import { defineList } from '../../values/list.ts';
import { projectName } from '../../values/name-schemas.ts';
import { readUnused, type Unused } from './read-unused.ts';
import type { LeftOut, UnusedArtifact } from './unused-answer.ts';

function namesOf(row: LeftOut | UnusedArtifact): readonly string[] {
  return [`${row.project}/${row.repository}`, row.digest, ...row.tags];
}

export const unusedList = defineList<UnusedArtifact>({
  sortable: ['project', 'repository', 'digest', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: namesOf,
});

export const leftOutList = defineList<LeftOut>({
  sortable: ['project', 'repository', 'digest'],
  searched: namesOf,
});

// An unknown parameter is refused: a misspelt filter would answer more than was asked for.
export const unusedQuery = z.strictObject({
  ...unusedList.query.shape,
  project: z.optional(projectName),
  older_than: z.optional(duration),
  allow_partial: z.optional(z.boolean('expected true or false')),
});

/** The artifacts of a query that no node holds; not yet searched, sorted or sliced. @throws Problem as `readUnused` */
export function findUnused(
  services: DomainServices,
  request: RequestContext,
  { project, older_than, allow_partial }: z.output<typeof unusedQuery>,
): Promise<Unused> {
  return readUnused(services, request, {
    project: project ?? null,
    olderThanMs: older_than === undefined ? null : parseDuration(older_than),
    allowPartial: allow_partial ?? false,
  });
}
