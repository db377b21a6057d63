/** Images of hosts that pulled them from `team/web`. */
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import { containerRow, imageRow } from './host-rows.ts';

/** An image of the host that was pulled as `team/web` with this digest; `manifest`: of its platform. */
export function hostImage(
  digest: string,
  manifest = digest,
  more: Partial<HostImage> = {},
): HostImage {
  return imageRow({
    id: configDigestOf(manifest).slice('sha256:'.length),
    repo_digests: [`registry.example.test/team/web@${digest}`],
    ...more,
  });
}

/** A running container of that image. */
export function containerOf(image: HostImage): HostContainer {
  const id = `c${image.id.slice(1)}`;
  return containerRow({ id, image_ref: image.id });
}

/** An image that no case deletes, because a host without images is in doubt. */
export const BYSTANDER = hostImage(`sha256:${'b'.repeat(64)}`);
