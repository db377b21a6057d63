/** The tags of one artifact: the list and its parser. */

import * as z from 'zod/mini';
import type { Digest, RepositoryAt } from '../../../values/names.ts';
import { arrayOf } from '../../../values/parse-json.ts';
import { harborPaths } from '../http/url.ts';
import { reader, text } from '../http/wire.ts';
import type { ListPlan } from './pages.ts';

export const wireTag = z.object({
  name: z.string(),
  immutable: z.nullish(z.boolean()),
  push_time: text,
});
export type WireTag = z.infer<typeof wireTag>;

/** The list of an artifact's tags. */
export function tagRows(at: RepositoryAt, digest: Digest): ListPlan<WireTag> {
  const path = harborPaths.tags(at, digest);
  return {
    path,
    query: { with_immutable_status: 'true' },
    key: (row) => row.name,
    read: reader(path, arrayOf(wireTag), (row) => row),
  };
}
