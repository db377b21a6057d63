/** Recorded runs of the real crictl (test/fixtures/crictl) as answers for the fake one. */
import { readFileSync } from 'node:fs';
import type { CrictlAnswer, CrictlAnswers } from './index.ts';

const FOLDER = new URL('../fixtures/crictl/', import.meta.url);

/** The versions with a recording of every subcommand. */
export const RECORDED_VERSIONS = [
  'v1.29.0-containerd-1.7.24',
  'v1.31.1-containerd-1.7.24',
  'v1.33.0-containerd-1.7.24',
  'v1.34.0-containerd-1.7.24',
] as const;

export type RecordedVersion = (typeof RECORDED_VERSIONS)[number];

/** A failure that was recorded with stdout, stderr and exit code, for example `no-socket`. */
export type RecordedCase =
  | 'extra-args'
  | 'inspecti-missing'
  | 'no-config'
  | 'no-socket'
  | 'permission-denied'
  | 'permission-denied-no-endpoint'
  | 'sandbox-image-missing'
  | 'sudo-crictl-missing'
  | 'sudo-not-allowed'
  | 'sudo-not-installed'
  | 'sudo-refused'
  | 'timeout';

/** A recorded file as text, for example `images.txt`. */
export function recordedFile(version: string, file: string): string {
  return readFileSync(new URL(`${version}/${file}`, FOLDER), 'utf8');
}

/** What a healthy node of that version answered. */
export function recordedAnswers(version: RecordedVersion): CrictlAnswers {
  return {
    images: { stdout: recordedFile(version, 'images.json') },
    ps: { stdout: recordedFile(version, 'ps-all.json') },
    pods: { stdout: recordedFile(version, 'pods.json') },
    imagefsinfo: { stdout: recordedFile(version, 'imagefsinfo.json') },
    version: { stdout: recordedFile(version, 'version.txt') },
    // The same with every crictl and containerd up to 1.7.
    info: { stdout: recordedFile('v1.34.0-containerd-1.6.20', 'sandbox-image.txt') },
  };
}

/** One recorded case. The `sudo-…`, `…-no-endpoint` and `sandbox-…` ones exist for some versions only. */
export function recordedCase(version: string, name: RecordedCase): CrictlAnswer {
  return {
    stdout: recordedFile(version, `${name}.stdout`),
    stderr: recordedFile(version, `${name}.stderr`),
    exitCode: Number(recordedFile(version, `${name}.rc`)),
  };
}
