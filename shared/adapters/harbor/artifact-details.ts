/** Artifacts with what Harbor reports only if it is asked for: accessories, and which tags are immutable. */

import * as z from 'zod/mini';
import type { DetailedArtifact } from '../../ports/registry-rows.ts';
import type { Reference, RepositoryAt } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import type { Listed, Slice } from '../../values/slice.ts';
import { artifactRow, artifactRows, provenArtifacts, wireArtifact } from './artifacts.ts';
import type { HarborSession } from './http/session.ts';
import { harborPaths } from './http/url.ts';
import { count, lacksRepositoryName, readBody, reader, text } from './http/wire.ts';
import { confirmedTags } from './lists/confirmed-tags.ts';
import { wireTag } from './lists/tag-rows.ts';

const wireAccessory = z.object({ type: text, digest: z.string(), size: count });
const wireDetailed = z.extend(wireArtifact, {
  tags: z.nullish(arrayOf(wireTag)),
  accessories: z.nullish(arrayOf(wireAccessory)),
});
/** They cost Harbor several queries for each artifact. */
const DETAILS = { with_accessory: 'true', with_immutable_status: 'true' };

/** One slice of a repository's artifacts, as `listArtifacts`. @throws Problem harbor_not_found */
export function listDetailedArtifacts(
  { caller, admit }: HarborSession,
  at: RepositoryAt,
  slice: Slice,
): Promise<Listed<DetailedArtifact>> {
  const plain = artifactRows(at);
  const plan = {
    ...plain,
    query: { ...plain.query, ...DETAILS },
    key: (row: DetailedArtifact) => row.digest,
    read: reader(plain.path, arrayOf(wireDetailed), detailedRow, lacksRepositoryName),
  };
  return admit((signal) => provenArtifacts(caller, plan, { at, signal, slice }));
}

/** One artifact. @throws Problem harbor_not_found */
export async function getDetailedArtifact(
  { caller, signal }: HarborSession,
  at: RepositoryAt,
  reference: Reference,
): Promise<DetailedArtifact> {
  const call = { method: 'GET', path: harborPaths.artifact(at, reference) } as const;
  const client = signal();
  const { body } = await caller.call({ ...call, query: DETAILS, signal: client });
  const artifact = readBody(wireDetailed, call, body);
  const { tags } = await confirmedTags(caller, { ...artifact, call, at, reference }, client);
  return detailedRow({ ...artifact, tags: [...tags] });
}

function detailedRow(artifact: z.output<typeof wireDetailed>): DetailedArtifact {
  const { tags, accessories } = artifact;
  const immutable = (tags ?? []).filter((tag) => tag.immutable === true);
  return {
    ...artifactRow(artifact),
    details: {
      accessories: (accessories ?? []).map(({ type, digest, size }) => ({
        type: type ?? null,
        digest,
        sizeBytes: size ?? 0,
      })),
      immutableTags: immutable.map(({ name }) => name),
    },
  };
}
