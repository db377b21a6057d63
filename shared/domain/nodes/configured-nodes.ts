/** The nodes that the configuration names. */

import type { BridgeKeys } from '../../ports/bridge-keys.ts';
import type { BridgeUrl, Configuration } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';

/** How to reach the bridge of a node. */
export interface BridgeTarget {
  readonly address: BridgeUrl;
  readonly token: string | null;
  /** PEM file of a private authority, and the key that names it. */
  readonly caFile: { readonly key: string; readonly path: string } | null;
  /** The configuration keys in messages; default: those of `bridge_config`. */
  readonly keys?: BridgeKeys;
}

/** A node of `nodes_config.nodes`. */
export interface ConfiguredTarget extends BridgeTarget {
  readonly name: string;
  readonly keys: BridgeKeys;
  /** A file that this program has not read. */
  readonly hasTokenFile: boolean;
}

/** Tells whether `nodes_config` names nodes. */
export function hasNodes({ nodes_config }: Configuration): boolean {
  return nodes_config.nodes_dns !== null || Object.keys(nodes_config.nodes).length > 0;
}

/** How much longer than its own limit the one bridge gets, whose problem says more. */
const GRACE_MS = 1000;

/** How long one reading of a node may take. The one bridge without `nodes_config` keeps the limits that it has. */
export function readingTimeoutMs(configuration: Configuration): number {
  return hasNodes(configuration)
    ? configuration.nodes_config.node_timeout_ms
    : configuration.bridge_config.bridge_timeout_ms + GRACE_MS;
}

/** The nodes of `nodes_config.nodes`, with what `bridge_config` has for all. */
export function configuredNodes({
  nodes_config,
  bridge_config,
}: Configuration): readonly ConfiguredTarget[] {
  return Object.entries(nodes_config.nodes).map(([name, node]) => ({
    name,
    address: node.bridge_url,
    token: node.bridge_token ?? bridge_config.bridge_token,
    hasTokenFile: node.bridge_token === null && node.bridge_token_file !== null,
    caFile:
      node.bridge_ca_file === null
        ? commonCaFile(bridge_config)
        : { key: `nodes_config.nodes.${name}.bridge_ca_file`, path: node.bridge_ca_file },
    keys: {
      url: `nodes_config.nodes.${name}.bridge_url`,
      token: `nodes_config.nodes.${name}.bridge_token`,
      caFile: `nodes_config.nodes.${name}.bridge_ca_file`,
    },
  }));
}

/** The `bridge_ca_file` of all nodes that have no other. */
export function commonCaFile({
  bridge_ca_file,
}: Configuration['bridge_config']): BridgeTarget['caFile'] {
  return bridge_ca_file === null
    ? null
    : { key: 'bridge_config.bridge_ca_file', path: bridge_ca_file };
}

/**
 * Tells whether the bridge of `bridge_config` is a node of its own: not if a configured node has the same address.
 * @throws Problem invalid_configuration if another node has its name
 */
export function isNodeOfItsOwn(configuration: Configuration): boolean {
  const { bridge_url, node_name } = configuration.bridge_config;
  const { nodes } = configuration.nodes_config;
  const same = Object.values(nodes).some(
    (node) => bridge_url !== null && nameOfAddress(node.bridge_url) === nameOfAddress(bridge_url),
  );
  if (same) return false;
  // An object has members of its own class too, such as `constructor`.
  const rival = Object.entries(nodes).find(([name]) => name === node_name)?.[1];
  if (rival !== undefined) {
    const own = bridge_url === null ? 'the bridge in this process' : nameOfAddress(bridge_url);
    throw new Problem(
      'invalid_configuration',
      `nodes_config.nodes.${node_name}: ${nameOfAddress(rival.bridge_url)} has the same name as ${own} ` +
        '(bridge_config.node_name). Give one of them another name, or remove one.',
    );
  }
  return true;
}

/** `unix:PATH` or the URL, which contains no secret. Bridges behind one proxy differ only in their paths. */
export function nameOfAddress(address: BridgeUrl): string {
  return address.kind === 'unix' ? `unix:${address.path}` : address.url;
}
