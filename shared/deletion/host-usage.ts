/** Whether a host uses an artifact, for containerd, CRI-O and cri-dockerd. */
import type { HostContainer, HostImage } from '../host/bridge.ts';
import { containerState, type HostRows, isSandboxImage } from '../host/image-use.ts';
import { ArtifactMatch, type Verdict } from '../use/artifact-match.ts';
import { HostIndex } from '../use/host-index.ts';
import type { UsageArtifact } from '../use/usage-artifact.ts';

export type { UsageArtifact } from '../use/usage-artifact.ts';

/** How a host uses an artifact: the first that applies of `in_use`, `unknown`, `present`, `absent`. */
export interface HostUsage {
  readonly usage: 'in_use' | 'unknown' | 'present' | 'absent';
  /** The containers that cause `in_use` or `unknown`; none when a pinned image does. */
  readonly containers: readonly UsingContainer[];
  /** A sentence for the operator. */
  readonly detail: string;
}

export interface UsingContainer {
  readonly name: string;
  readonly id: string;
  readonly state: string;
  /** The image as the pod named it, or as the runtime does. */
  readonly image: string;
}

/** Other digests than the artifact's that containers, or the runtime itself, use from its repository. */
export function otherDigestsInUse(host: HostRows, artifact: UsageArtifact): readonly string[] {
  const match = new ArtifactMatch(new HostIndex(host.images), artifact);
  const digests = [
    ...host.containers.flatMap((container) => match.otherDigests(container)),
    ...neededImages(host).flatMap((image) => match.otherDigestsOf(image.repo_digests)),
  ];
  return [...new Set(digests)];
}

/** How the host uses an artifact, by one reading of images and containers. If only names can decide, doubt counts as use. */
export function hostUsage(host: HostRows, artifact: UsageArtifact): HostUsage {
  const match = new ArtifactMatch(new HostIndex(host.images), artifact);
  const verdicts = host.containers.map((container) => match.verdict(container));
  const withVerdict = (wanted: Verdict): UsingContainer[] =>
    host.containers.filter((_, index) => verdicts[index] === wanted).map(usingContainer);

  const users = withVerdict('ours');
  if (users.length > 0) {
    return {
      usage: 'in_use',
      containers: users,
      detail: `It is used by ${describeContainers(users)}.`,
    };
  }
  const present = host.images.filter((image) => match.isOurs(image));
  if (present.some((image) => image.pinned)) {
    const detail = 'Its image is pinned on this host, because the runtime itself needs it.';
    return { usage: 'in_use', containers: [], detail };
  }
  if (host.containers.length > 0 && present.some(isSandboxImage)) {
    const detail = 'It is the sandbox image of the pods on this host.';
    return { usage: 'in_use', containers: [], detail };
  }
  const unknown = withVerdict('unknown');
  if (unknown.length > 0) {
    const one = unknown.length === 1;
    const detail = `Cannot determine which image ${describeContainers(unknown)} ${one ? 'uses' : 'use'}.`;
    return { usage: 'unknown', containers: unknown, detail };
  }
  const gone = withVerdict('gone');
  if (gone.length > 0) {
    const detail =
      `Cannot determine whether ${describeContainers(gone)} ${gone.length === 1 ? 'uses' : 'use'} it: ` +
      'Harbor no longer has the image, which may be an index that contained it.';
    return { usage: 'unknown', containers: gone, detail };
  }
  if (neededImages(host).some((image) => match.verdictOfImage(image) === 'gone')) {
    const detail =
      'Cannot determine whether it is an image that the runtime itself or its pods need: ' +
      'Harbor no longer has that image, which may be an index that contained it.';
    return { usage: 'unknown', containers: [], detail };
  }
  return present.length > 0
    ? { usage: 'present', containers: [], detail: 'It is on this host, and no container uses it.' }
    : { usage: 'absent', containers: [], detail: 'It is not on this host.' };
}

/** The images that are in use although no container names them: pinned ones, and the sandbox under pods. */
function neededImages({ images, containers }: HostRows): readonly HostImage[] {
  return images.filter((image) => image.pinned || (containers.length > 0 && isSandboxImage(image)));
}

function usingContainer({ name, id, state, image, image_ref }: HostContainer): UsingContainer {
  return { name, id, state, image: image || image_ref };
}

/** `container web (running)`; the first three of many. */
function describeContainers(containers: readonly UsingContainer[]): string {
  const shown = containers
    .slice(0, 3)
    .map(({ name, id, state }) => `${name || id.slice(0, 13)} (${containerState(state)})`);
  const more = containers.length - shown.length;
  const names = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
  return `${containers.length === 1 ? 'container' : 'containers'} ${names}`;
}
