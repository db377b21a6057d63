/** Tells whether a reading may lack what its host runs, although the bridge could read it. Web standard. */
import type { NodeReading } from '../../ports/bridge.ts';
import { Problem } from '../../values/problem.ts';

/** Why this reading cannot tell what is in use; null when it can. */
export function runtimeDoubt({
  images,
  containers,
  ambiguous = [],
  containersMissing,
}: Omit<NodeReading, 'facts'>): Problem | null {
  if (ambiguous.length > 0) {
    return new Problem(
      'runtime_ambiguous',
      `This host has several container runtimes (${ambiguous.join(', ')}), and the bridge cannot ` +
        'determine which of them runs the pods. Set crictl_config.crictl_runtime_endpoint to its socket ' +
        '(unix:///path).',
    );
  }
  if (images.length === 0 && containers.length === 0) {
    return new Problem(
      'runtime_empty',
      'The container runtime has neither images nor containers, so another one must run the pods. ' +
        'Set crictl_config.crictl_runtime_endpoint to its socket (unix:///path).',
    );
  }
  if (images.length === 0) {
    return new Problem(
      'runtime_empty',
      'The container runtime has containers, but lists no images. Check what "crictl images" prints there.',
    );
  }
  if (containersMissing) {
    return new Problem(
      'runtime_empty',
      'The container runtime has no containers, although its host runs pods: after a reboot, CRI-O has none ' +
        'until the kubelet creates them again. Wait until it has, and check the kubelet.',
    );
  }
  return null;
}
