/** Vitest's global setup: reports what is missing before any test fails because of it, and builds the service. */
import { findOnPath } from '../real/path.ts';
import { buildProject } from '../real/project.ts';

const PROGRAMS = [
  'toxiproxy-server',
  'slowhttptest',
  'faketime',
  'containerd',
  'crictl',
  'ctr',
  'runc',
  'gcc',
  'prlimit',
  'mount',
  'unshare',
  'openssl',
];

export function setup(): void {
  if (process.getuid?.() !== 0) throw new Error('the fault suite needs root');
  const missing = PROGRAMS.filter((name) => findOnPath(name) === undefined);
  if (missing.length > 0) {
    throw new Error(`the fault suite needs ${missing.join(', ')}: .ci/run installs them`);
  }
  buildProject();
}
