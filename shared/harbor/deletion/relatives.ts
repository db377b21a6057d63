/** The parents, children and accessories of an artifact (docs/harbor.md#deleting). */
import * as z from 'zod/mini';
import { harborPaths, NEWEST_ARTIFACTS, type RepositoryAt } from '../http/url.ts';
import { reader } from '../http/wire.ts';
import type { ListPlan } from '../lists/pages.ts';
import { listArtifactsWithTags } from '../lists/tags.ts';
import type { HarborSession } from '../session.ts';

/** Digests of an artifact's relatives. */
export interface Relatives {
  /** The indexes that refer to it. While there is one, Harbor refuses to delete the artifact. */
  readonly parentDigests: readonly string[];
  /** The children that Harbor deletes with it. */
  readonly childDigests: readonly string[];
  /** The accessories, such as signatures and SBOMs, that Harbor deletes with it and with those children. */
  readonly accessoryDigests: readonly string[];
}

const wireDigests = z.nullish(z.array(z.object({ digest: z.string() })));
const wireArtifact = z.object({
  digest: z.string(),
  tags: z.nullish(z.array(z.object({}))),
  references: z.nullish(z.array(z.object({ child_digest: z.string() }))),
  accessories: wireDigests,
});

interface Row {
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
  const { rows } = await listArtifactsWithTags(urgent, everyArtifact(at), signal());
  const own = rows.filter((row) => row.digest === digest);
  const going = goingWith(own, rows);
  return {
    parentDigests: parentsOf(digest, rows).map((row) => row.digest),
    childDigests: going.map((row) => row.digest),
    accessoryDigests: [...own, ...going].flatMap((row) => row.accessoryDigests),
  };
}

/** The children without a tag that no remaining index refers to, and their children. */
function goingWith(first: readonly Row[], rows: readonly Row[]): readonly Row[] {
  const gone = [...first];
  for (const index of gone) {
    for (const digest of index.childDigests) {
      const child = rows.find((row) => row.digest === digest);
      const isHeld = parentsOf(digest, rows).some((parent) => !gone.includes(parent));
      if (child !== undefined && child.tags.length === 0 && !isHeld && !gone.includes(child)) {
        gone.push(child);
      }
    }
  }
  return gone.slice(first.length);
}

function parentsOf(digest: string, rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => row.childDigests.includes(digest));
}

/** All artifacts of a repository: `base` has the untagged children of indexes too. */
function everyArtifact(at: RepositoryAt): ListPlan<Row> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: { ...NEWEST_ARTIFACTS, q: 'base=*', with_accessory: 'true' },
    key: (row) => row.digest,
    read: reader(path, z.array(wireArtifact), ({ digest, tags, references, accessories }) => ({
      digest,
      tags: tags ?? [],
      childDigests: references?.map(({ child_digest }) => child_digest) ?? [],
      accessoryDigests: accessories?.map((accessory) => accessory.digest) ?? [],
    })),
  };
}
