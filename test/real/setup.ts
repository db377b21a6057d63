/**
 * Vitest's global setup: reports what is missing before any test fails because of it, and builds, so that the
 * tests run the current sources as `npm run build` builds them. The programs are those of the PATH: with another
 * containerd first in it, its tests run on that one.
 */
import { findOnPath } from './path.ts';
import { buildProject } from './project.ts';

const PROGRAMS = [
  ...['containerd', 'ctr', 'runc', 'gcc', 'nginx', 'sudo', 'visudo', 'useradd', 'curl', 'git'],
  ...[
    'systemd-nspawn',
    'debootstrap',
    'nsenter',
    'openssl',
    'prlimit',
    'prometheus',
    'promtool',
    'crictl',
  ],
];

export function setup(): void {
  if (process.getuid?.() !== 0) throw new Error('the real suite needs root');
  const missing = PROGRAMS.filter((name) => findOnPath(name) === undefined);
  if (missing.length > 0) {
    throw new Error(`the real suite needs ${missing.join(', ')}: .ci/run installs them`);
  }
  buildProject();
}
