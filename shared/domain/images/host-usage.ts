/** Tells whether one host uses an artifact, for containerd, CRI-O and cri-dockerd. */
import type { HostContainer } from '../../ports/bridge.ts';
import { ArtifactMatch, type SoughtArtifact, type Verdict } from './artifact-match.ts';
import type { HostIndex } from './host-index.ts';
import { isSandboxImage } from './image-use.ts';

/** How a host uses an artifact: the first that applies of `in_use`, `unknown`, `present`, `absent`. */
export interface HostUsage {
  readonly usage: 'in_use' | 'unknown' | 'present' | 'absent';
  /**
   * Why it is `in_use` or `unknown`. `containers`: they use it. `pinned`, `sandbox`: its image is, or
   * that of the sandboxes is unknown. `unnamed`: it
   * is not known which image the containers use. `gone`: they may use it by an index that Harbor no longer has.
   * `needed`: the runtime itself may, by such an index. `unread`: it may be an image without a digest, because its
   * configurations cannot be read. Null for the other usages.
   */
  readonly reason: Reason | null;
  /** The containers that cause it. */
  readonly containers: readonly HostContainer[];
}

type Reason = 'containers' | 'pinned' | 'sandbox' | 'unnamed' | 'gone' | 'needed' | 'unread';

/** Other digests than the artifact's that containers, or the runtime itself, use from its repository. */
export function otherDigestsInUse(host: HostIndex, artifact: SoughtArtifact): readonly string[] {
  const match = new ArtifactMatch(host, artifact);
  const digests = [
    ...host.containers.flatMap((container) => match.otherDigests(container)),
    ...host.needed.flatMap((image) => match.otherDigestsOf(image.repo_digests)),
  ];
  return [...new Set(digests)];
}

/**
 * Tells whether the configurations of an artifact are needed to say whether a host has it: an image of its repository has
 * a digest that the registry does not have, or only an id tells what an image is.
 */
export function needsConfig(host: HostIndex, artifact: SoughtArtifact): boolean {
  const match = new ArtifactMatch(host, artifact);
  return (
    host.bareIds.size > 0 || host.images.some((image) => match.verdictOfImage(image) === 'gone')
  );
}

/** How the host uses an artifact, by one reading of images and containers. If only names can decide, doubt counts as use. */
export function hostUsage(host: HostIndex, artifact: SoughtArtifact): HostUsage {
  const match = new ArtifactMatch(host, artifact);
  const verdicts = host.containers.map((container) => match.verdict(container));
  const withVerdict = (wanted: Verdict): HostContainer[] =>
    host.containers.filter((_, index) => verdicts[index] === wanted).map(({ row }) => row);

  const users = withVerdict('ours');
  if (users.length > 0) return { usage: 'in_use', reason: 'containers', containers: users };
  const present = match.images();
  if (present.some(({ pinned }) => pinned)) return because('in_use', 'pinned');
  if (host.containers.length > 0 && present.some(isSandboxImage))
    return because('in_use', 'sandbox');

  const unknown = withVerdict('unknown');
  if (unknown.length > 0) return { usage: 'unknown', reason: 'unnamed', containers: unknown };
  const gone = withVerdict('gone');
  if (gone.length > 0) return { usage: 'unknown', reason: 'gone', containers: gone };
  if (host.needed.some((image) => match.verdictOfImage(image) === 'gone')) {
    return because('unknown', 'needed');
  }
  if (present.length > 0 && host.isSandboxUnknown) return because('unknown', 'sandbox');
  if (mayBeBare(host, artifact)) return because('unknown', 'unread');
  return because(present.length > 0 ? 'present' : 'absent', null);
}

/** Tells whether any image without a digest may be the artifact. */
function mayBeBare({ bareIds }: HostIndex, { configDigests, isKnownId }: SoughtArtifact): boolean {
  return configDigests === null && [...bareIds].some((id) => !isKnownId?.(id));
}

function because(usage: HostUsage['usage'], reason: HostUsage['reason']): HostUsage {
  return { usage, reason, containers: [] };
}
