/** Tells whether a reading may be of a runtime that does not run the pods of its host. Web standard. */
import type { HostContainer, HostImage, HostReading } from '../../ports/bridge.ts';

/** A runtime that runs pods has their images at least: an empty one is not the kubelet's. */
export function isEmptyRuntime(
  images: readonly HostImage[],
  containers: readonly HostContainer[],
): boolean {
  return images.length === 0 && containers.length === 0;
}

/** Why these readings cannot tell what is in use, as a sentence for the operator; null when they can. */
export function runtimeDoubt(host: {
  readonly images: Pick<HostReading<HostImage>, 'rows' | 'ambiguous'>;
  readonly containers: Pick<HostReading<HostContainer>, 'rows' | 'ambiguous'>;
}): string | null {
  const { images, containers } = host;
  const sockets = [...new Set([...(images.ambiguous ?? []), ...(containers.ambiguous ?? [])])];
  if (sockets.length > 0) {
    return (
      `This host has several container runtimes (${sockets.join(', ')}), and the bridge cannot ` +
      'determine which of them runs the pods. Set crictl_config.crictl_runtime_endpoint to its socket ' +
      '(unix:///path).'
    );
  }
  if (isEmptyRuntime(images.rows, containers.rows)) {
    return (
      'The container runtime has neither images nor containers, so another one must run the pods. ' +
      'Set crictl_config.crictl_runtime_endpoint to its socket (unix:///path).'
    );
  }
  return null;
}
