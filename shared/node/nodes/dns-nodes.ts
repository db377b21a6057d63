/** The nodes whose bridges the records of a name are. */

import { commonCaFile } from '../../domain/nodes/configured-nodes.ts';
import { failedOutcome, type NodeSource } from '../../domain/nodes/node-outcome.ts';
import type { ReadNode } from '../../domain/nodes/node-states.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Configuration, NodesDns } from '../../values/configuration/configuration.ts';
import type { BridgeConnections } from '../upstreams/bridge-transport.ts';
import type { DnsResolver } from './dns-resolver.ts';
import type { FleetNode } from './fleet-node.ts';
import { createNodeAddresses } from './node-addresses.ts';

export interface DnsNodesOptions {
  readonly configuration: Configuration;
  readonly dns: NodesDns;
  readonly resolver: DnsResolver;
  readonly connections: BridgeConnections;
  readonly fleetNode: (source: NodeSource) => FleetNode;
  readonly logger: Logger;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

export interface DnsNodes {
  /**
   * The nodes now. A failed look-up is a node that cannot be read, because it is not known which there are.
   * @param maxAgeMs as for readings: a guard needs the nodes of now; 10 s at most
   */
  current(maxAgeMs?: number): Promise<readonly (FleetNode | ReadNode)[]>;
  /** True if the records no longer have it. */
  isGone(node: FleetNode): boolean;
  /** How many there were at the last look-up. */
  count(): number;
}

/** Makes the nodes. One that stays in the records keeps its readings. */
export function createDnsNodes(options: DnsNodesOptions): DnsNodes {
  const { configuration, dns, resolver, fleetNode, logger, now } = options;
  const { bridge_config, nodes_config } = configuration;
  const { node_timeout_ms: timeoutMs, node_max_stale_ms: maxStaleMs } = nodes_config;
  const addresses = createNodeAddresses({ dns, resolver, maxStaleMs, logger, now });
  let byAddress = new Map<string, FleetNode>();
  let gone: ReadonlySet<string> = new Set();

  const caFile = commonCaFile(bridge_config);
  const scheme = bridge_config.bridge_allow_plaintext && caFile === null ? 'http' : 'https';
  // Targets of SRV records come from the network, so certificates must have the configured name.
  const certificateName = dns.name.replace(/^(?:_[^.]+\.)+/, '').replace(/\.$/, '');
  const { connect } = options.connections;
  const sourceAt = (host: string): NodeSource => ({
    name: null,
    address: host,
    bridge: connect({
      address: { kind: 'url', url: `${scheme}://${host}` },
      token: bridge_config.bridge_token,
      caFile,
      timeoutMs,
      certificateName,
      keys: {
        url: 'nodes_config.nodes_dns',
        token: 'bridge_config.bridge_token',
        caFile: 'bridge_config.bridge_ca_file',
      },
    }),
  });

  return {
    count: () => byAddress.size,
    isGone: ({ source }) => gone.has(source.address),
    current: async (maxAgeMs) => {
      const known = await addresses(maxAgeMs);
      gone = known.gone;
      byAddress = new Map(
        known.addresses.map((host) => [host, byAddress.get(host) ?? fleetNode(sourceAt(host))]),
      );
      if (known.problem === null) return [...byAddress.values()];
      const address = dns.port === null ? dns.name : `${dns.name}:${dns.port}`;
      const failure = { source: { name: null, address }, outcome: failedOutcome(known.problem) };
      return [...byAddress.values(), failure];
    },
  };
}
