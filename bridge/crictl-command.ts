/** The crictl calls that the bridge makes: fixed argument lists, and where crictl lies. */
import { resolve } from 'node:path';
import type { Configuration } from '../shared/configuration/configuration.ts';
import { Problem } from '../shared/problem.ts';
import { findProgram, type Host, isExecutable, mayExist } from './host.ts';

export type CrictlConfiguration = Configuration['crictl_config'];

/** All that the bridge ever asks of crictl: the sudoers drop-in lists exactly these. */
const SUBCOMMANDS = {
  images: ['images', '-o', 'json'],
  containers: ['ps', '-a', '-o', 'json'],
} as const satisfies Record<string, readonly string[]>;

export type CrictlKind = keyof typeof SUBCOMMANDS;

/** The arguments of one call. */
export function crictlArguments(kind: CrictlKind, configuration: CrictlConfiguration): string[] {
  const endpoint = configuration.crictl_runtime_endpoint;
  const endpoints =
    endpoint === null ? [] : ['--runtime-endpoint', endpoint, '--image-endpoint', endpoint];
  const timeout = crictlTimeout(configuration.crictl_timeout_ms);
  return ['--timeout', timeout, ...endpoints, ...SUBCOMMANDS[kind]];
}

/** The arguments of every call, for the sudoers drop-in. */
export function crictlArgumentLists(configuration: CrictlConfiguration): string[][] {
  const kinds: CrictlKind[] = ['images', 'containers'];
  return kinds.map((kind) => crictlArguments(kind, configuration));
}

/** As a Go duration, shorter than ours: under sudo only crictl itself can end crictl for sure. */
function crictlTimeout(timeoutMs: number): string {
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
 * Finds crictl once, and again when it was not found or has gone, so that installing or moving it
 * needs no restart. A configured path is the only one: another crictl could ask another runtime.
 */
export function crictlFinder(configuration: CrictlConfiguration, host: Host): CrictlFinder {
  const configured = configuration.crictl_path && resolve(configuration.crictl_path);
  let known: string | null = null;

  function find(): string | null {
    // What we may not look at may still be there for sudo.
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
        ? 'crictl was not found on the PATH nor where k3s, rke2 and others keep it. ' +
            'Install it (cri-tools), or set crictl_config.crictl_path to its absolute path.'
        : `crictl_config.crictl_path names ${configured}, which does not exist. ` +
            'Correct it, or leave it out to have crictl looked for.',
    );
  }

  return { find, get };
}
