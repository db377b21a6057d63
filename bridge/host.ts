/** The facts about the machine that the bridge uses. Tests pass a machine of their own. */
import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { codeOf } from '../shared/node/system/error-code.ts';
import { userName } from '../shared/node/system/user-name.ts';

const CRICTL_VARIABLES = [
  'CRI_CONFIG_FILE',
  'CONTAINER_RUNTIME_ENDPOINT',
  'IMAGE_SERVICE_ENDPOINT',
] as const;
type CrictlVariable = (typeof CRICTL_VARIABLES)[number];

/** The machine as the bridge sees it. */
export interface Host {
  /** The host name. */
  readonly name: string;
  /** Folders of the PATH. */
  readonly searchPath: readonly string[];
  /** Where distributions keep crictl off the PATH. */
  readonly crictlFolders: readonly string[];
  /** Where sudo is when the PATH does not have it. */
  readonly sudoFolders: readonly string[];
  /** The variables that crictl reads. */
  readonly environment: Readonly<Partial<Record<CrictlVariable, string>>>;
  readonly crictlConfigFile: string;
  /** Where kubeadm and others write the kubelet's configuration and flags. */
  readonly kubeletFiles: { readonly configuration: string; readonly flags: string };
  /** Sockets of container runtimes. */
  readonly sockets: readonly string[];
  /** Paths that a container runtime or a kubelet leaves behind while it is stopped. */
  readonly runtimeTraces: readonly string[];
  readonly isRoot: boolean;
  /** The user of this process, for messages. */
  readonly user: string;
}

/** Manual installations, k3s, rke2, Flatcar, Google's COS, NixOS, snap. */
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

/**
 * State of containerd (docker's too), CRI-O, cri-dockerd, k3s, rke2, k0s, MicroK8s, and the kubelet's.
 * Podman shares /var/lib/containers with CRI-O, so that folder proves nothing.
 */
const RUNTIME_TRACES = [
  '/run/containerd',
  '/var/lib/containerd',
  '/run/crio',
  '/var/lib/crio',
  '/etc/crio',
  '/var/lib/cri-dockerd',
  '/run/k3s',
  '/var/lib/rancher/k3s/agent',
  '/var/lib/rancher/rke2/agent',
  '/var/lib/k0s',
  '/var/snap/microk8s',
  '/var/lib/kubelet',
];

/** The machine that this process runs on. */
export function thisHost(): Host {
  return {
    name: hostname(),
    searchPath: (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute),
    crictlFolders: CRICTL_FOLDERS,
    sudoFolders: SUDO_FOLDERS,
    environment: crictlEnvironment(),
    crictlConfigFile: '/etc/crictl.yaml',
    kubeletFiles: {
      configuration: '/var/lib/kubelet/config.yaml',
      flags: '/var/lib/kubelet/kubeadm-flags.env',
    },
    sockets: SOCKETS,
    runtimeTraces: RUNTIME_TRACES,
    isRoot: process.geteuid?.() === 0,
    user: userName(),
  };
}

/** The program's path in the first folder that has it. Keeps symlinks: k3s acts by the name it is called by. */
export function findProgram(name: string, folders: readonly string[]): string | null {
  const candidates = folders.map((folder) => join(folder, name));
  return candidates.find(isExecutable) ?? null;
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // missing or forbidden: the caller says which
  }
}

/** False only if the path certainly does not exist. A path that this process cannot see counts as existing. */
export function mayExist(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (err) {
    return codeOf(err) !== 'ENOTDIR';
  }
}

/** A file's text; null when it cannot be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // missing or forbidden: both mean that this process learns nothing from it
  }
}

/** The path without symlinks, so that two names of one socket are equal. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // missing or forbidden: the path itself is used
  }
}

function crictlEnvironment(): Host['environment'] {
  const given = CRICTL_VARIABLES.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ''));
}
