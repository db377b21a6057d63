/** Makes the Harbor client, and the registry that it is for the domain, from the configuration. */
import type { Registry } from '../ports/registry.ts';
import type { Configuration } from '../values/configuration/configuration.ts';
import { createHarbor, type Harbor } from './harbor/client.ts';
import { harborRegistry } from './harbor/harbor-registry.ts';
import type { HarborOptions } from './harbor/http/options.ts';
import type { Operations } from './harbor/operations.ts';

/** The parts that the client needs in addition to the configuration. */
export interface HarborParts
  extends Pick<HarborOptions, 'fetch' | 'sleep' | 'logger' | 'calls' | 'shared'> {
  /** True if `fetch` supports `verify_ssl` and `ca_file`. */
  readonly tlsOptions?: boolean;
}

/** Makes the client. Its messages name the keys of the configuration. */
export function harborOf(
  { harbor_config }: Pick<Configuration, 'harbor_config'>,
  { tlsOptions = false, ...parts }: HarborParts,
): Harbor {
  return createHarbor({
    ...parts,
    host: harbor_config.harbor_host,
    username: harbor_config.harbor_username,
    password: harbor_config.harbor_password,
    timeoutMs: harbor_config.harbor_timeout_ms,
    concurrency: harbor_config.harbor_concurrency,
    maxRows: harbor_config.harbor_max_rows,
    now: () => performance.now(),
    unsupported: tlsOptions ? null : unsupportedKey(harbor_config),
    settings: {
      host: 'harbor_config.harbor_host',
      username: 'harbor_config.harbor_username',
      password: 'harbor_config.harbor_password',
      caFile: 'harbor_config.ca_file',
      verifyTls: 'harbor_config.verify_ssl',
      maxRows: 'harbor_config.harbor_max_rows',
    },
  });
}

/** The parts that the registry needs in addition to the client. */
export interface RegistryParts {
  readonly harbor: Harbor;
  readonly operations: Operations;
  /** Default: nothing is kept that could be dropped. */
  readonly forget?: Registry['forget'];
}

/** Makes the registry of the domain from the client. */
export function registryOf(
  { harbor_config }: Pick<Configuration, 'harbor_config'>,
  { harbor, operations, forget = () => undefined }: RegistryParts,
): Registry {
  const { harbor_host, verify_ssl } = harbor_config;
  const isUnverified = !verify_ssl && harbor_host?.startsWith('https:') === true;
  return harborRegistry({ harbor, operations, forget, isUnverified });
}

/** The TLS key that a plain `fetch` does not support; null if none is set. */
function unsupportedKey(config: Configuration['harbor_config']): string | null {
  if (!config.harbor_host?.startsWith('https:')) return null;
  if (!config.verify_ssl) return 'harbor_config.verify_ssl';
  return config.ca_file === null ? null : 'harbor_config.ca_file';
}
