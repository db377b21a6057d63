/** The crictl calls that the bridge makes: fixed argument lists, and where crictl is. */
import { resolve } from 'node:path';
import type { BridgeConfiguration } from '../shared/values/configuration/bridge-schema.ts';
import { Problem } from '../shared/values/problem.ts';
import { findProgram, type Host, isExecutable, mayExist } from './host.ts';
import { runtimeEndpoint } from './runtime-endpoint.ts';

export type CrictlConfiguration = BridgeConfiguration['crictl_config'];

/** Prints the image of each sandbox. crictl passes a list to the template, or an object if there is one sandbox. */
const SANDBOX_IMAGES =
  '{{range .}}{{with index . `info`}}{{with index . `image`}}{{.}} {{end}}{{end}}' +
  '{{with index . `image`}}{{.}} {{end}}{{end}}';

/**
 * The only calls of crictl; the sudoers drop-in lists exactly these. `crictl version` has no JSON. Of `crictl info` and
 * `inspectp` only the sandbox images are printed, because the rest may contain passwords.
 */
const SUBCOMMANDS = {
  images: ['images', '-o', 'json'],
  containers: ['ps', '-a', '-o', 'json'],
  version: ['version'],
  imageFilesystems: ['imagefsinfo', '-o', 'json'],
  sandboxImage: ['info', '-o', 'go-template', '--template', '{{.config.sandboxImage}}'],
  sandboxes: ['inspectp', '-o', 'go-template', '--template', SANDBOX_IMAGES],
} as const satisfies Record<string, readonly string[]>;

export type CrictlKind = keyof typeof SUBCOMMANDS;
const KINDS = Object.keys(SUBCOMMANDS) as CrictlKind[];

/** The command of crictl that a call runs. */
export function crictlSubcommand(kind: CrictlKind): string {
  return SUBCOMMANDS[kind][0];
}

/** The arguments of one call, with the options that name the runtime. */
export function crictlArguments(
  kind: CrictlKind,
  call: { readonly timeoutMs: number; readonly endpointArgs: readonly string[] },
): string[] {
  return ['--timeout', goDuration(call.timeoutMs), ...call.endpointArgs, ...SUBCOMMANDS[kind]];
}

/** The arguments of every call on this host, for the sudoers drop-in. */
export function crictlArgumentLists(
  configuration: CrictlConfiguration,
  on: { readonly host: Host; readonly crictlPath: string },
): string[][] {
  const crictl = { path: on.crictlPath, asRoot: true };
  const { possibleArgs } = runtimeEndpoint(configuration.crictl_runtime_endpoint, {
    host: on.host,
    crictl,
  });
  const timeoutMs = configuration.crictl_timeout_ms;
  return possibleArgs.flatMap((endpointArgs) =>
    KINDS.map((kind) => crictlArguments(kind, { timeoutMs, endpointArgs })),
  );
}

/** Shorter than the bridge's own timeout: under sudo only crictl itself can reliably end crictl. */
function goDuration(timeoutMs: number): string {
  return timeoutMs >= 2000
    ? `${Math.floor((timeoutMs - 1) / 1000)}s`
    : `${Math.max(1, Math.floor(timeoutMs * 0.8))}ms`;
}

export interface CrictlFinder {
  /** crictl's absolute path, or null. */
  find(): string | null;
  /** The same. @throws Problem crictl_not_found, with what to do */
  get(): string;
}

/**
 * Finds crictl once, and again if it was missing or has moved, so that its installation needs no restart.
 * If a path is configured, no other crictl is used, because it could read another runtime.
 */
export function crictlFinder(configuration: CrictlConfiguration, host: Host): CrictlFinder {
  const configured = configuration.crictl_path && resolve(configuration.crictl_path);
  let known: string | null = null;

  function find(): string | null {
    // sudo may be able to run a file that this process cannot see.
    if (configured !== null) return mayExist(configured) ? configured : null;
    if (known === null || !isExecutable(known)) {
      known = findProgram('crictl', [...host.searchPath, ...host.crictlFolders]);
    }
    return known;
  }

  function get(): string {
    const path = find();
    if (path !== null) return path;
    throw new Problem(
      'crictl_not_found',
      configured === null
        ? 'crictl is neither on the PATH nor in the folders of k3s, rke2 and others. ' +
            'Install it (cri-tools), or set crictl_config.crictl_path to its absolute path.'
        : `crictl_config.crictl_path names ${configured}, which does not exist. ` +
            'Correct it, or remove it so that the bridge searches for crictl.',
    );
  }

  return { find, get };
}
