/** The parents, children and accessories of an artifact (docs/harbor.md#deleting). */

import * as z from 'zod/mini';
import type { Relatives } from '../../../ports/registry-artifact.ts';
import { append } from '../../../values/append.ts';
import type { RepositoryAt } from '../../../values/names.ts';
import { arrayOf } from '../../../values/parse-json.ts';
import type { HarborSession } from '../http/session.ts';
import { harborPaths, NEWEST_ARTIFACTS } from '../http/url.ts';
import { reader } from '../http/wire.ts';
import type { ListPlan } from '../lists/pages.ts';
import { listArtifactsWithTags } from '../lists/tags.ts';
import { accessoriesBelow } from './accessories.ts';

const wireDigests = z.nullish(arrayOf(z.object({ digest: z.string() })));
const wireArtifact = z.object({
  digest: z.string(),
  tags: z.nullish(arrayOf(z.object({}))),
  references: z.nullish(arrayOf(z.object({ child_digest: z.string() }))),
  accessories: wireDigests,
});

/** One artifact of the list. */
export interface RelativeRow {
  readonly digest: string;
  readonly tags: readonly unknown[];
  readonly childDigests: readonly string[];
  readonly accessoryDigests: readonly string[];
}

/** Finds them in the list of the whole repository, because Harbor has no call for an artifact's parents. */
export async function findRelatives(
  { urgent, signal }: HarborSession,
  at: RepositoryAt,
  { digest }: { readonly digest: string },
): Promise<Relatives> {
  const client = signal();
  const { rows } = await listArtifactsWithTags(urgent, everyArtifact(at), client);
  const relatives = relativesAmong(digest, rows);
  const { childDigests, accessoryDigests } = relatives;
  // The artifacts themselves are asked too: their rows have no accessories while Harbor cannot read them.
  const subjects = [digest, ...childDigests, ...accessoryDigests];
  const below = await accessoriesBelow(urgent, { at, subjects }, client);
  return { ...relatives, accessoryDigests: [...new Set([...accessoryDigests, ...below])] };
}

/** The relatives of an artifact in the list of its repository, which may have 100,000. */
export function relativesAmong(digest: string, rows: readonly RelativeRow[]): Relatives {
  const family = familyOf(rows);
  const going = goingWith(digest, family);
  const deleted = [digest, ...going].flatMap((one) => family.rows.get(one) ?? []);
  return {
    parentDigests: family.parents.get(digest) ?? [],
    childDigests: going,
    accessoryDigests: deleted.flatMap((row) => row.accessoryDigests),
  };
}

/** A repository by digest. */
interface Family {
  readonly rows: ReadonlyMap<string, RelativeRow>;
  /** The indexes that refer to a child, by the child's digest. */
  readonly parents: ReadonlyMap<string, readonly string[]>;
}

function familyOf(rows: readonly RelativeRow[]): Family {
  const parents = new Map<string, string[]>();
  for (const { digest, childDigests } of rows) {
    for (const child of new Set(childDigests)) append(parents, child, digest);
  }
  return { rows: new Map(rows.map((row) => [row.digest, row])), parents };
}

/** The children without a tag that no remaining index refers to, and their children. */
function goingWith(first: string, { rows, parents }: Family): readonly string[] {
  const gone = new Set([first]); // a loop over a Set visits what is added meanwhile
  for (const index of gone) {
    for (const digest of rows.get(index)?.childDigests ?? []) {
      const isHeld = parents.get(digest)?.some((parent) => !gone.has(parent));
      if (rows.get(digest)?.tags.length === 0 && !isHeld) gone.add(digest);
    }
  }
  gone.delete(first);
  return [...gone];
}

/** All artifacts of a repository: `base` has the untagged children of indexes too. */
function everyArtifact(at: RepositoryAt): ListPlan<RelativeRow> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: { ...NEWEST_ARTIFACTS, q: 'base=*', with_accessory: 'true' },
    key: (row) => row.digest,
    read: reader(path, arrayOf(wireArtifact), ({ digest, tags, references, accessories }) => ({
      digest,
      tags: tags ?? [],
      childDigests: references?.map(({ child_digest }) => child_digest) ?? [],
      accessoryDigests: accessories?.map((accessory) => accessory.digest) ?? [],
    })),
  };
}
