/** The evidence for a deletion: the artifact and its relatives in Harbor, and the state of the host. */

import type { ArtifactDetail, Relatives } from '../../ports/registry-artifact.ts';
import type { DomainServices } from '../../ports/services.ts';
import { type Digest, isDigest, type RepositoryAt } from '../../values/names.ts';
import { leastKnown, type TagRules } from '../../values/tag-rules.ts';
import type { UsageArtifact } from '../images/usage-artifact.ts';
import type { Use } from '../images/use.ts';
import { type ArtifactUsage, type HostState, readHostState } from './artifact-usage.ts';
import type { DeletionContext, DeletionRequest } from './deletion-request.ts';

/** The facts that were read, and when. */
export interface Evidence {
  readonly at: RepositoryAt;
  readonly artifact: ArtifactDetail;
  /** When Harbor answered, on the monotonic clock. */
  readonly artifactAtMs: number;
  readonly relatives: Relatives;
  /** Null: Harbor does not say, or was not asked. */
  readonly readOnly: boolean | null;
  /** What Harbor's rules of immutable tags said before and after the artifact was read; null: it was not asked. */
  readonly tagRules: TagRules | null;
  /** True if the relatives are complete, and all that Harbor itself says was asked for: for a plan. */
  readonly isForPlan: boolean;
  /** The other repositories with the same digest; null: Harbor cannot say, or was not asked. */
  readonly otherRepositories: readonly string[] | null;
  readonly host: HostState;
  /**
   * The accessories that an earlier reading of this deletion had. They count as its parts, because Harbor leaves
   * out accessories that it cannot read.
   */
  readonly earlierAccessories?: readonly string[];
  /** The other digests that the host uses and Harbor has. */
  readonly knownDigests: ReadonlySet<string>;
  /** The indexes among these that contain the artifact or something that is deleted with it. */
  readonly relatedDigests: readonly string[];
  /** Digests of the artifact's configurations. Undefined: not needed so far. Null: Harbor did not provide them. */
  readonly configDigests?: readonly string[] | null;
  /** As in `KnownConfigs`. */
  readonly isKnownId: (id: string) => boolean;
}

/**
 * Older evidence is read again before anything is deleted: a host as long as it is old, and Harbor a limited number of
 * times (`MAX_READS`), whose age counts from its end, because a slow Harbor would be as slow the second time. That of a
 * host counts from the begin of its list of containers, which may lack those that started since.
 */
const MAX_AGE_MS = 1000;
/** At most this many digests are looked up in Harbor. For the others, the artifact's configuration decides. */
const MAX_LOOKUPS = 20;

/**
 * Reads the artifact, then the nodes. For a plan, or a delete with the tag of one, it also reads the relatives, the
 * other repositories, and what Harbor itself would refuse. Any other delete reads the relatives with
 * `withCurrentArtifact`, when no other delete can change them.
 */
export async function gatherEvidence(
  context: DeletionContext,
  { at, reference, options }: DeletionRequest,
): Promise<Evidence> {
  const { services, request, registry, planned } = context;
  const { monotonic } = services;
  const log = request.log;
  const isForPlan = options.dry_run || options.planTag !== null;
  const readRules = (read: ArtifactDetail | null) =>
    isForPlan ? log.upstream(registry.tagRules(at, read)) : null;
  const rulesBefore = await readRules(null);
  const artifact = await log.upstream(registry.getArtifact(at, reference));
  const artifactAtMs = monotonic();
  const [host, relatives, readOnly, others, rulesAfter] = await Promise.all([
    readHostState(services, request, { fresh: !options.dry_run, isCleanup: planned !== undefined }),
    isForPlan ? log.upstream(registry.findRelatives(at, artifact)) : relativesOf(artifact),
    isForPlan ? log.upstream(registry.isReadOnly()) : null,
    isForPlan ? log.upstream(registry.otherRepositories(at, artifact.digest)) : null,
    readRules(artifact),
  ]);
  const tagRules = rulesBefore && rulesAfter && leastKnown([rulesBefore, rulesAfter]);
  const inHarbor = { at, artifact, artifactAtMs, relatives, readOnly, otherRepositories: others };
  const isKnownId = (id: string) => registry.configs.hasId(id);
  const found = { ...inHarbor, tagRules, isForPlan, host, isKnownId, ...NOTHING_LOOKED_UP };
  return isForPlan ? withOthers(context, found) : found;
}

const NOTHING_LOOKED_UP = { knownDigests: new Set<string>(), relatedDigests: [] };

/** The relatives of an artifact that is no index: deleting it deletes its own accessories alone. */
function relativesOf({ accessoryDigests }: ArtifactDetail): Relatives {
  return { parentDigests: [], childDigests: [], accessoryDigests };
}

/**
 * Reads the artifact again, by its digest, because a deletion names the digest. Reads the relatives of an
 * index, too, and those that a plan lists: another deletion may leave it as the only index that holds a child.
 */
export async function withCurrentArtifact(
  { services, request, registry }: DeletionContext,
  evidence: Evidence,
): Promise<Evidence> {
  const { at, artifact: before, isForPlan } = evidence;
  const { digest } = before;
  const hasRelatives = isForPlan || before.childDigests.length > 0;
  const [artifact, found] = await request.log.upstream(
    Promise.all([
      registry.getArtifact(at, { kind: 'digest', digest }),
      hasRelatives ? registry.findRelatives(at, before) : null,
    ]),
  );
  const artifactAtMs = services.monotonic();
  const relatives = found ?? relativesOf(artifact);
  const { configDigests: _, earlierAccessories: earlier = [], ...known } = evidence;
  const earlierAccessories = [...earlier, ...before.accessoryDigests];
  const read = { artifact, artifactAtMs, relatives, earlierAccessories };
  return { ...known, ...read, ...NOTHING_LOOKED_UP };
}

/** Reads the host again. */
export async function withCurrentHost(
  { services, request, planned }: DeletionContext,
  evidence: Evidence,
): Promise<Evidence> {
  const host = await readHostState(services, request, {
    fresh: true,
    isCleanup: planned !== undefined,
  });
  return { ...evidence, host };
}

/** Looks up the other digests of the repository that the host uses, except those that are known. */
export async function withOthers(
  { request, registry }: DeletionContext,
  evidence: Evidence,
): Promise<Evidence> {
  const { at, artifact, relatives } = evidence;
  const others = othersToLookUp(evidence);
  if (!hasOthers(evidence)) return evidence;
  const log = request.log;
  const knownDigests = new Set(evidence.knownDigests);
  const parentDigests = new Set(relatives.parentDigests);
  const relatedDigests = new Set(evidence.relatedDigests);
  const involved = [artifact.digest, ...partDigestsOf(evidence)];
  const lookUp = async (digest: Digest): Promise<void> => {
    const children = await registry.childrenOf(at, digest);
    if (children !== null) knownDigests.add(digest);
    if (children?.includes(artifact.digest)) parentDigests.add(digest);
    if (children?.some((child) => involved.includes(child))) relatedDigests.add(digest);
  };
  await log.upstream(Promise.all(others.slice(0, MAX_LOOKUPS).filter(isDigest).map(lookUp)));
  const found = {
    ...evidence,
    knownDigests,
    relatedDigests: [...relatedDigests],
    relatives: { ...relatives, parentDigests: [...parentDigests] },
  };
  const areKnown = others.every((digest) => knownDigests.has(digest));
  if (areKnown && !evidence.host.hasBareIds) return found;
  // An index has no configuration of its own.
  const own = artifact.childDigests.length > 0 ? [] : [artifact.digest];
  const manifests = [...own, ...partDigestsOf(evidence)];
  const config = await log.upstream(registry.configDigests(at, manifests));
  return { ...found, configDigests: config };
}

/**
 * Whether the host has images of which Harbor is still to be asked: digests to look up, or ids that only the
 * configurations of the artifact explain.
 */
export function hasOthers(evidence: Evidence): boolean {
  const isUnexplained = evidence.configDigests === undefined && evidence.host.hasBareIds;
  return isUnexplained || othersToLookUp(evidence).length > 0;
}

/** The digests that are still to be looked up; none once the configuration has been asked for, because it decides. */
function othersToLookUp(evidence: Evidence): readonly string[] {
  if (evidence.configDigests !== undefined) return [];
  const others = evidence.host.otherDigests(usageArtifactOf(evidence));
  return others.filter((digest) => !evidence.knownDigests.has(digest));
}

/** How the host uses the artifact. */
export function usageIn(evidence: Evidence): ArtifactUsage {
  return evidence.host.usageOf(usageArtifactOf(evidence));
}

/** Finds what uses the artifact on the nodes. */
export function usesIn(evidence: Evidence): readonly Use[] {
  return evidence.host.usesOf(usageArtifactOf(evidence));
}

/** Tells whether evidence is too old for a deletion. */
export function isOld({ monotonic }: Pick<DomainServices, 'monotonic'>, atMs: number): boolean {
  return monotonic() - atMs > MAX_AGE_MS;
}

function usageArtifactOf(evidence: Evidence): UsageArtifact {
  const { at, artifact, relatives, knownDigests, relatedDigests, isKnownId } = evidence;
  const { configDigests = null } = evidence;
  const { digest, tags } = artifact;
  const indexDigests = [...relatives.parentDigests, ...relatedDigests];
  const partDigests = partDigestsOf(evidence);
  const repository = `${at.project}/${at.repository}`;
  const known = { knownDigests, configDigests, isKnownId };
  return { digest, partDigests, tags, indexDigests, repository, ...known };
}

/** The children of an index, theirs, and the accessories. Children that keep a tag of their own count too. */
function partDigestsOf(evidence: Evidence): readonly string[] {
  const { artifact, relatives, earlierAccessories = [] } = evidence;
  const digests = [
    ...artifact.childDigests,
    ...relatives.childDigests,
    ...artifact.accessoryDigests,
    ...relatives.accessoryDigests,
    ...earlierAccessories,
  ];
  return [...new Set(digests)];
}
