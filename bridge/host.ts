/** What the bridge takes from the machine it runs on; tests pass another one. */
import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/** The machine as the bridge sees it. */
export interface Host {
  /** Folders of the PATH. */
  readonly searchPath: readonly string[];
  /** Where distributions keep crictl off the PATH. */
  readonly crictlFolders: readonly string[];
  /** Where sudo lies when the PATH does not say. */
  readonly sudoFolders: readonly string[];
  /** Sockets of container runtimes. */
  readonly sockets: readonly string[];
  readonly isRoot: boolean;
  /** Who this process runs as, for messages. */
  readonly user: string;
}

/** k3s, rke2, Flatcar, Google's COS, NixOS, and what hand-made installations use. */
const CRICTL_FOLDERS = [
  '/usr/local/bin',
  '/usr/bin',
  '/usr/local/sbin',
  '/opt/bin',
  '/var/lib/rancher/k3s/data/current/bin',
  '/var/lib/rancher/rke2/bin',
  '/home/kubernetes/bin',
  '/run/current-system/sw/bin',
  '/snap/bin',
];

const SUDO_FOLDERS = ['/run/wrappers/bin', '/usr/bin', '/usr/local/bin', '/bin'];

/** containerd, CRI-O, cri-dockerd, k3s and rke2, k0s, MicroK8s. */
const SOCKETS = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/var/run/cri-dockerd.sock',
  '/run/k3s/containerd/containerd.sock',
  '/run/k0s/containerd.sock',
  '/var/snap/microk8s/common/run/containerd.sock',
];

/** The machine that this process runs on. */
export function thisHost(): Host {
  return {
    searchPath: (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute),
    crictlFolders: CRICTL_FOLDERS,
    sudoFolders: SUDO_FOLDERS,
    sockets: SOCKETS,
    isRoot: process.geteuid?.() === 0,
    user: userName(),
  };
}

/** The first of the folders that holds the program, as an absolute path; symlinks stay (k3s answers to its name). */
export function findProgram(name: string, folders: readonly string[]): string | null {
  const candidates = folders.map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // missing or not for us: the caller says which
  }
}

/** False only when it is certain: what may not be looked at counts as there. */
export function mayExist(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (err) {
    return !(err instanceof Error && 'code' in err && err.code === 'ENOTDIR');
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`; // a user without an entry in /etc/passwd
  }
}
