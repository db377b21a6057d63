/** What a deletion rests on: the artifact and its relatives in Harbor, and the host. */
import { type ArtifactDetail, childrenOf, getArtifact } from '../harbor/artifact.ts';
import { configDigests } from '../harbor/deletion/config-digests.ts';
import { isReadOnly } from '../harbor/deletion/read-only.ts';
import { findRelatives, type Relatives } from '../harbor/deletion/relatives.ts';
import type { RepositoryAt } from '../harbor/http/url.ts';
import { type Digest, isDigest, type Reference } from '../harbor/names.ts';
import type { HarborSession } from '../harbor/session.ts';
import type { FunctionContext } from '../http/function.ts';
import { type ArtifactUsage, type HostLook, lookAtHost } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';
import type { UsageArtifact } from './host-usage.ts';

/** What is asked for. */
export interface DeletionRequest {
  readonly at: RepositoryAt;
  readonly reference: Reference;
  readonly options: DeletionOptions;
}

/** What was found at one time. */
export interface Look {
  readonly at: RepositoryAt;
  readonly artifact: ArtifactDetail;
  /** When Harbor answered, on the monotonic clock. */
  readonly artifactAtMs: number;
  readonly relatives: Relatives;
  readonly readOnly: boolean;
  readonly host: HostLook;
  /** Digests that Harbor has, of those that the host uses beside the artifact. */
  readonly knownDigests: ReadonlySet<string>;
  /** Of the artifact; undefined: not needed so far; null: Harbor does not give them. */
  readonly configDigests?: readonly string[] | null;
}

/** Whose sight it is. */
export interface Onlooker {
  readonly c: FunctionContext;
  readonly session: HarborSession;
}

/** What was read longer ago than this is read again before anything is deleted. */
const MAX_AGE_MS = 1000;
/** More are not looked up in Harbor: the artifact's configuration decides then. */
const MAX_LOOKED_UP = 20;

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
  const found = { at, artifact, artifactAtMs, relatives, readOnly, host };
  return withOthers({ c, session }, { ...found, knownDigests: new Set<string>() });
}

/** Reads the artifact again, by its digest: that is what a deletion names. */
export async function artifactAgain({ c, session }: Onlooker, look: Look): Promise<Look> {
  const { digest } = look.artifact;
  const read = getArtifact(session, look.at, { kind: 'digest', digest });
  const artifact = await c.get('log').upstream(read);
  return { ...look, artifact, artifactAtMs: c.get('services').monotonic() };
}

/** Reads the host again. */
export async function hostAgain({ c }: Onlooker, look: Look): Promise<Look> {
  return { ...look, host: await lookAtHost(c, { fresh: true }) };
}

/** Looks up what the host uses of the repository beside the artifact, unless it was looked up before. */
export async function withOthers({ c, session }: Onlooker, look: Look): Promise<Look> {
  const { at, artifact, relatives } = look;
  const others = othersToLookUp(look);
  if (others.length === 0) return look;
  const log = c.get('log');
  const knownDigests = new Set(look.knownDigests);
  const parentDigests = new Set(relatives.parentDigests);
  const lookUp = async (digest: Digest): Promise<void> => {
    const children = await childrenOf(session, at, digest);
    if (children !== null) knownDigests.add(digest);
    if (children?.includes(artifact.digest)) parentDigests.add(digest);
  };
  await log.upstream(Promise.all(others.slice(0, MAX_LOOKED_UP).filter(isDigest).map(lookUp)));
  const found = {
    ...look,
    knownDigests,
    relatives: { ...relatives, parentDigests: [...parentDigests] },
  };
  if (others.every((digest) => knownDigests.has(digest))) return found;
  const config = await log.upstream(configDigests(session, at, artifact));
  return { ...found, configDigests: config };
}

/** The digests that `withOthers` has not looked up. */
export function othersToLookUp(look: Look): readonly string[] {
  if (look.configDigests !== undefined) return [];
  const others = look.host.otherDigests(usageArtifactOf(look));
  return others.filter((digest) => !look.knownDigests.has(digest));
}

/** How the host uses the artifact. */
export function usageIn(look: Look): ArtifactUsage {
  return look.host.usageOf(usageArtifactOf(look));
}

/** Whether something was read too long ago to delete by it. */
export function isOld(c: FunctionContext, atMs: number): boolean {
  return c.get('services').monotonic() - atMs > MAX_AGE_MS;
}

function usageArtifactOf({ at, artifact, relatives, ...look }: Look): UsageArtifact {
  const { knownDigests, configDigests = null } = look;
  const { digest, childDigests, tags } = artifact;
  const { parentDigests } = relatives;
  const repository = `${at.project}/${at.repository}`;
  return { digest, childDigests, tags, parentDigests, repository, knownDigests, configDigests };
}
