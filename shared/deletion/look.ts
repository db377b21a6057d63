/** What a deletion rests on: the artifact and its relatives in Harbor, and the host. */
import { type ArtifactDetail, getArtifact } from '../harbor/artifact.ts';
import { isReadOnly } from '../harbor/deletion/read-only.ts';
import { findRelatives, type Relatives } from '../harbor/deletion/relatives.ts';
import type { RepositoryAt } from '../harbor/http/url.ts';
import type { Reference } from '../harbor/names.ts';
import type { HarborSession } from '../harbor/session.ts';
import type { FunctionContext } from '../http/function.ts';
import { type HostLook, lookAtHost } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';

/** What is asked for. */
export interface DeletionRequest {
  readonly at: RepositoryAt;
  readonly reference: Reference;
  readonly options: DeletionOptions;
}

/** What was found at one time. */
export interface Look {
  readonly artifact: ArtifactDetail;
  /** When Harbor answered, on the monotonic clock. */
  readonly artifactAtMs: number;
  readonly relatives: Relatives;
  readonly readOnly: boolean;
  readonly host: HostLook;
}

/** Whose sight it is. */
export interface Onlooker {
  readonly c: FunctionContext;
  readonly session: HarborSession;
}

/** What was read longer ago than this is read again before anything is deleted. */
const MAX_AGE_MS = 1000;

/**
 * Reads the artifact, then the rest. Only a plan says what Harbor would answer: a deletion without
 * relatives of its own is refused by Harbor itself, at no cost.
 */
export async function firstLook(
  { c, session }: Onlooker,
  { at, reference, options: { dry_run: isPlan } }: DeletionRequest,
): Promise<Look> {
  const { monotonic } = c.get('services');
  const log = c.get('log');
  const artifact = await log.upstream(getArtifact(session, at, reference));
  const artifactAtMs = monotonic();
  const [host, relatives, readOnly] = await Promise.all([
    lookAtHost(c, { fresh: !isPlan }),
    isPlan || artifact.childDigests.length > 0
      ? log.upstream(findRelatives(session, at, artifact))
      : { parentDigests: [], childDigests: [], accessoryDigests: artifact.accessoryDigests },
    isPlan && log.upstream(isReadOnly(session)),
  ]);
  return { artifact, artifactAtMs, relatives, readOnly, host };
}

/** Reads the artifact again, by its digest: that is what a deletion names. */
export async function artifactAgain(
  { c, session }: Onlooker,
  at: RepositoryAt,
  look: Look,
): Promise<Look> {
  const { digest } = look.artifact;
  const read = getArtifact(session, at, { kind: 'digest', digest });
  const artifact = await c.get('log').upstream(read);
  return { ...look, artifact, artifactAtMs: c.get('services').monotonic() };
}

/** Reads the host again. */
export async function hostAgain({ c }: Onlooker, look: Look): Promise<Look> {
  return { ...look, host: await lookAtHost(c, { fresh: true }) };
}

/** Whether something was read too long ago to delete by it. */
export function isOld(c: FunctionContext, atMs: number): boolean {
  return c.get('services').monotonic() - atMs > MAX_AGE_MS;
}
