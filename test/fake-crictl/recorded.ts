/** The recorded output of a healthy node as answers of the fake crictl. */
import { crictlOutput, crictlReleasesWith } from '../fixtures/recordings.ts';
import type { CrictlAnswers } from './index.ts';

/** The releases with a recording of every subcommand. */
export const RECORDED_VERSIONS = crictlReleasesWith('images.txt');

export function recordedAnswers(version: string): CrictlAnswers {
  return {
    images: { stdout: crictlOutput(version, 'images.json') },
    ps: { stdout: crictlOutput(version, 'ps-all.json') },
    pods: { stdout: crictlOutput(version, 'pods.json') },
    imagefsinfo: { stdout: crictlOutput(version, 'imagefsinfo.json') },
    version: { stdout: crictlOutput(version, 'version.txt') },
    // Up to 1.30 without ids, and later without a sandbox.
    inspectp: { stdout: 'NAME:\n   crictl inspectp - Display the status of one or more pods\n' },
    // The same with every crictl and containerd up to 1.7.
    info: { stdout: crictlOutput('v1.34.0-containerd-1.6.20', 'sandbox-image.txt') },
  };
}
