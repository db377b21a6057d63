/**
 * The container runtime that crictl must read. By default crictl uses the first socket that answers, which on
 * a host with several runtimes may be one without pods (docs/crictl.md#which-runtime-answers).
 */
import { dirname, isAbsolute, join } from 'node:path';
import { Problem } from '../shared/values/problem.ts';
import { type Host, mayExist, readText, realPath } from './host.ts';
import { kubeletSocket } from './kubelet-socket.ts';

export interface RuntimeEndpoint {
  /** The options of crictl that name the runtime. */
  readonly args: readonly string[];
  /** The endpoint in `args`, for messages; null: crictl's own choice. */
  readonly endpoint: string | null;
  /** The sockets of several runtimes, if it is not known which one runs the pods; otherwise empty. */
  readonly ambiguous: readonly string[];
  /** `args`, and what they become when the runtime stops or this process may see less of the host. */
  readonly possibleArgs: readonly (readonly string[])[];
}

/** How crictl is run. */
export interface CrictlProgram {
  readonly path: string;
  readonly asRoot: boolean;
}

/**
 * The first of these decides: `crictl_runtime_endpoint`, the environment, crictl's configuration file,
 * the sockets of this host. sudo drops the environment, so its values become arguments.
 * @throws Problem runtime_unreachable when CRI_CONFIG_FILE does not name a file
 */
export function runtimeEndpoint(
  configured: string | null,
  { host, crictl }: { readonly host: Host; readonly crictl: CrictlProgram },
): RuntimeEndpoint {
  if (configured !== null) return decided(configured, ['--image-endpoint', configured]);

  const { CRI_CONFIG_FILE, CONTAINER_RUNTIME_ENDPOINT, IMAGE_SERVICE_ENDPOINT } = host.environment;
  const config = CRI_CONFIG_FILE ? ['--config', existingFile(CRI_CONFIG_FILE)] : [];
  const image = IMAGE_SERVICE_ENDPOINT ? ['--image-endpoint', IMAGE_SERVICE_ENDPOINT] : [];
  const fromEnvironment = [...image, ...config];
  // As in crictl, the environment overrides the configuration file.
  if (CONTAINER_RUNTIME_ENDPOINT) return decided(CONTAINER_RUNTIME_ENDPOINT, fromEnvironment);

  const file = CRI_CONFIG_FILE || crictlConfigFile(host, crictl);
  if (file !== null && namesEndpoint(file, crictl)) return decided(null, fromEnvironment);

  const { socket, ambiguous } = findSocket(host);
  if (socket === null) return { ...decided(null, fromEnvironment), ambiguous };
  const endpoint = `unix://${socket}`;
  const more = image.length > 0 ? fromEnvironment : ['--image-endpoint', endpoint, ...config];
  const found = decided(endpoint, more);
  return { ...found, ambiguous, possibleArgs: [found.args, fromEnvironment] };
}

function decided(endpoint: string | null, more: readonly string[]): RuntimeEndpoint {
  const args = endpoint === null ? more : ['--runtime-endpoint', endpoint, ...more];
  return { args, endpoint, ambiguous: [], possibleArgs: [args] };
}

/** A relative path would depend on the folder in which crictl starts. */
function existingFile(path: string): string {
  if (isAbsolute(path) && mayExist(path)) return path;
  const why = isAbsolute(path) ? 'does not exist' : 'is not an absolute path';
  throw new Problem(
    'runtime_unreachable',
    `CRI_CONFIG_FILE is ${path}, which ${why}. Correct it in the environment of the bridge, or set ` +
      'crictl_config.crictl_runtime_endpoint to the socket of the container runtime (unix:///path).',
  );
}

/** crictl searches /etc, then its own folder. */
function crictlConfigFile(host: Host, crictl: CrictlProgram): string | null {
  const beside = join(dirname(crictl.path), 'crictl.yaml');
  return [host.crictlConfigFile, beside].find(mayExist) ?? null;
}

/** crictl ignores a file that it cannot read, but root can read one that this process cannot. */
function namesEndpoint(file: string, crictl: CrictlProgram): boolean {
  const text = readText(file);
  if (text === null) return crictl.asRoot;
  return /^[\t ]*"?runtime-endpoint"?\s*:\s*["']?[^\s"'#]/m.test(text);
}

/** A single socket is the runtime's; of several, the kubelet's. */
function findSocket(host: Host): {
  readonly socket: string | null;
  readonly ambiguous: readonly string[];
} {
  const sockets = [...new Set(host.sockets.filter(mayExist).map(realPath))];
  const kubelets = kubeletSocket(host);
  if (kubelets !== null && (sockets.length === 0 || mayExist(kubelets))) {
    return { socket: realPath(kubelets), ambiguous: [] };
  }
  // The kubelet's runtime has stopped. Lists use another one, which has none of the pods.
  const candidates = kubelets === null ? sockets : [kubelets, ...sockets];
  return {
    socket: sockets.length === 1 ? (sockets[0] ?? null) : null,
    ambiguous: candidates.length > 1 ? candidates : [],
  };
}
