/** The paths of the sections that a bridge reads, as every program uses them: absolute, and of sockets not too long. */
import type { BridgeConfiguration } from '../../values/configuration/bridge-schema.ts';

/** Makes the path of a key, `section.key`, absolute. */
export type AbsolutePath = (name: string, path: string) => string;

type Paths = Pick<BridgeConfiguration, 'app_config' | 'bridge_config'>;

/** The sections with absolute paths. */
export function withBridgePaths({ app_config, bridge_config }: Paths, at: AbsolutePath): Paths {
  const optional = (name: string, path: string | null) => optionalPath(at, name, path);
  const { bridge_url } = bridge_config;
  return {
    app_config: {
      ...app_config,
      // An empty value is not a path; it means stderr only.
      log_file: app_config.log_file && at('app_config.log_file', app_config.log_file),
      local_socket: optional('app_config.local_socket', app_config.local_socket),
    },
    bridge_config: {
      ...bridge_config,
      bridge_url: bridge_url && socketAt(at, 'bridge_config.bridge_url', bridge_url),
      bridge_listen: socketAt(at, 'bridge_config.bridge_listen', bridge_config.bridge_listen),
      bridge_tls_cert: optional('bridge_config.bridge_tls_cert', bridge_config.bridge_tls_cert),
      bridge_tls_key: optional('bridge_config.bridge_tls_key', bridge_config.bridge_tls_key),
      bridge_ca_file: optional('bridge_config.bridge_ca_file', bridge_config.bridge_ca_file),
    },
  };
}

/** The paths of their unix sockets, by keys. */
export function bridgeSocketPaths({
  app_config,
  bridge_config,
}: Paths): Readonly<Record<string, string | null>> {
  const { bridge_url, bridge_listen } = bridge_config;
  return {
    'app_config.local_socket': app_config.local_socket,
    'bridge_config.bridge_url': bridge_url?.kind === 'unix' ? bridge_url.path : null,
    'bridge_config.bridge_listen': bridge_listen.kind === 'unix' ? bridge_listen.path : null,
  };
}

export function optionalPath(at: AbsolutePath, name: string, path: string | null): string | null {
  return path === null ? null : at(name, path);
}

/** An address, whose path is absolute if it has one. */
export function socketAt<T extends { readonly kind: string }>(
  at: AbsolutePath,
  name: string,
  address: T,
): T {
  return 'path' in address && typeof address.path === 'string'
    ? { ...address, path: at(name, address.path) }
    : address;
}
