/** The facts that Harbor has of an artifact whose use is asked for. */

import type { ContentsOptions, RegistrySession } from '../../ports/registry.ts';
import type { ArtifactDetail, RegistryArtifact } from '../../ports/registry-artifact.ts';
import { isMissing } from '../../ports/registry-problem.ts';
import { type Reference, type RepositoryAt, referenceText } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { soughtArtifact } from '../images/artifact-match.ts';
import type { IndexedHost } from '../images/host-index.ts';
import { needsConfig } from '../images/host-usage.ts';
import type { UsageArtifact } from '../images/usage-artifact.ts';

/** An artifact by its place in Harbor. */
export interface ArtifactAt {
  readonly at: RepositoryAt;
  readonly reference: Reference;
}

/** The artifact as Harbor has it. */
export interface FoundArtifact {
  readonly detail: ArtifactDetail;
  /** The repository's list. */
  readonly listed: readonly RegistryArtifact[];
}

/**
 * Reads an artifact and the list of its repository, which tells the indexes that refer to it.
 * @returns null if Harbor has no artifact of that digest
 * @throws Problem harbor_not_found for a tag; others of Harbor
 */
export async function findArtifact(
  registry: RegistrySession,
  { at, reference, maxAgeMs }: ArtifactAt & Pick<ContentsOptions, 'maxAgeMs'>,
): Promise<FoundArtifact | null> {
  const detailOrProblem = registry.getArtifact(at, reference).catch((err: unknown) => {
    if (err instanceof Problem) return err;
    throw err;
  });
  // Side by side: the first may reject before its turn comes, and a rejection that nothing waits for ends the process.
  const [listed, detail] = await Promise.all([
    registry.admit((signal) =>
      registry.readArtifacts(at, { signal, ...(maxAgeMs !== undefined && { maxAgeMs }) }),
    ),
    detailOrProblem,
  ]);
  if (!(detail instanceof Problem)) return { detail, listed: listed ?? [] };
  // Harbor answers 403 for a project that does not exist, unless the account is an administrator's.
  const isAbsent = listed === null || isMissing(detail, 'artifact', 'repository', 'project');
  if (reference.kind === 'digest' && isAbsent) return null;
  throw detail;
}

/** The facts that are known when the artifact is looked for on nodes. */
export interface Sought {
  /** The artifact as Harbor has it; null: it has none of the digest that was asked for. */
  readonly found: FoundArtifact | null;
  readonly hosts: readonly IndexedHost[];
  /** The registry's names on hosts. */
  readonly registries: readonly string[];
}

/**
 * The artifact as `artifactUses` looks for it: with its children, the indexes that contain it, and its configurations
 * if a node has an image that only they can tell.
 */
export async function usageArtifact(
  registry: RegistrySession,
  { at, reference }: ArtifactAt,
  { found, hosts, registries }: Sought,
): Promise<UsageArtifact> {
  const repository = `${at.project}/${at.repository}`;
  const unlisted = { digest: referenceText(reference), partDigests: [], tags: [] };
  if (found === null) return { ...unlisted, repository, registries };
  const { digest, tags, accessoryDigests } = found.detail;
  const partDigests = [...childrenIn(found), ...accessoryDigests];
  const indexDigests = indexesIn(found);
  const artifact = { digest, tags, partDigests, indexDigests, repository, registries };
  const knownDigests = new Set([
    digest,
    ...found.listed.flatMap((row) => [row.digest, ...row.children]),
  ]);
  const sought = soughtArtifact({ ...artifact, knownDigests });
  if (!hosts.some(({ index }) => needsConfig(index, sought))) return artifact;
  const manifests = [digest, ...partDigests].filter((one) => !hasChildren(found, one));
  const configDigests = await registry.readConfigDigests(at, manifests);
  return { ...artifact, configDigests, isKnownId: (id) => registry.configs.hasId(id) };
}

/** An index has no configuration of its own. */
function hasChildren({ detail, listed }: FoundArtifact, digest: string): boolean {
  if (digest === detail.digest) return detail.childDigests.length > 0;
  return listed.some((row) => row.digest === digest && row.children.length > 0);
}

/** The children, and theirs. */
function childrenIn({ detail, listed }: FoundArtifact): readonly string[] {
  const indexes = new Map(listed.map((row) => [row.digest, row.children]));
  const found = new Set(detail.childDigests); // a loop over a Set visits what is added meanwhile
  for (const one of found) for (const child of indexes.get(one) ?? []) found.add(child);
  return [...found];
}

/** The indexes that contain the artifact, directly or through another index. */
function indexesIn({ detail: { digest }, listed }: FoundArtifact): readonly string[] {
  const indexes = listed.filter(({ children }) => children.length > 0);
  const found = new Set<string>([digest]);
  for (const one of found) {
    for (const index of indexes) if (index.children.includes(one)) found.add(index.digest);
  }
  found.delete(digest);
  return [...found];
}
