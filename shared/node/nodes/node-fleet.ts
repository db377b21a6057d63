/** The nodes of a process: their connections, and the readings that requests share. */
import { hostname } from 'node:os';
import {
  configuredNodes,
  hasNodes,
  isNodeOfItsOwn,
  nameOfAddress,
  readingTimeoutMs,
} from '../../domain/nodes/configured-nodes.ts';
import type { NodeSource } from '../../domain/nodes/node-outcome.ts';
import type { ReadNode } from '../../domain/nodes/node-states.ts';
import { readTogether } from '../../domain/nodes/read-together.ts';
import type { Bridge } from '../../ports/bridge.ts';
import type { Logger } from '../../ports/logger.ts';
import { noBridge } from '../../ports/no-bridge.ts';
import type { NodeContents, Nodes, NodesReading, NodesReadOptions } from '../../ports/nodes.ts';
import type { UpstreamCalls } from '../../ports/tracing/upstream-calls.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { createSharedRows } from '../sharing/shared-rows.ts';
import { createBridgeConnections } from '../upstreams/bridge-transport.ts';
import { deriveSignal } from './derived-signal.ts';
import { createDnsNodes } from './dns-nodes.ts';
import { createDnsResolver, type DnsResolver } from './dns-resolver.ts';
import { createFleetNode, type FleetNode } from './fleet-node.ts';
import { createNodeTurns } from './node-turns.ts';

export interface NodeFleetOptions {
  readonly configuration: Configuration;
  /** The bridge of `bridge_config`, or the one in this process. */
  readonly bridge: Bridge;
  readonly logger: Logger;
  /** HTTPS_PROXY and NO_PROXY, for bridges on other hosts. */
  readonly environment: NodeJS.ProcessEnv;
  /** Is told of readings in the background. */
  readonly calls?: UpstreamCalls;
  /** Default: that of this machine. */
  readonly resolver?: DnsResolver;
  /** Milliseconds on a clock that never jumps; default: `performance.now`. */
  readonly monotonic?: () => number;
  /** Milliseconds since the epoch; default: `Date.now`. */
  readonly now?: () => number;
}

export interface NodeFleet {
  readonly nodes: Nodes;
  /** Closes the connections. Waits only briefly for calls that are still running. */
  close(): Promise<void>;
}

/**
 * Makes the nodes. They connect when they are first read.
 * @throws Problem invalid_configuration if a `bridge_ca_file` cannot be used, or two nodes have one name
 */
export function createNodes(options: NodeFleetOptions): NodeFleet {
  const { configuration, bridge, logger, environment } = options;
  const { monotonic = () => performance.now(), now = Date.now } = options;
  const { nodes_config, bridge_config } = configuration;
  const timeoutMs = readingTimeoutMs(configuration);
  const connections = createBridgeConnections(environment, {
    readImage: createSharedRows(),
    ...(options.calls && { calls: options.calls }),
  });
  const inTurn = createNodeTurns({
    concurrency: nodes_config.node_concurrency,
    timeoutMs,
    count: () => configured.length + 1 + (dns?.count() ?? 0),
  });
  const fleetNode = (source: NodeSource): FleetNode =>
    createFleetNode({
      source,
      timeoutMs,
      maxAgeMs: nodes_config.max_age_ms,
      maxStaleMs: nodes_config.node_max_stale_ms,
      logger,
      inTurn,
      monotonic,
      now,
    });

  const configured = configuredNodes(configuration).map((target) =>
    fleetNode({
      name: target.name,
      address: nameOfAddress(target.address),
      bridge: connections.connect({ ...target, timeoutMs }),
    }),
  );
  const local = hasNodes(configuration) && !isNodeOfItsOwn(configuration) ? noBridge : bridge;
  const localNode = fleetNode(localSource(bridge_config, local));
  const dns =
    nodes_config.nodes_dns === null
      ? null
      : createDnsNodes({
          configuration,
          dns: nodes_config.nodes_dns,
          resolver: options.resolver ?? createDnsResolver(),
          connections,
          fleetNode,
          logger,
          now: monotonic,
        });

  /** A host without a runtime is none of several nodes, unless it has a name. Alone, it is. */
  function isLocalNode(): boolean {
    if (!local.configured) return false;
    return !hasNodes(configuration) || bridge_config.node_name !== null || local.runtimeExpected();
  }

  /** The nodes now, and a failed look-up as a node that cannot be read. */
  async function currentNodes({
    maxAgeMs,
  }: NodesReadOptions): Promise<readonly (FleetNode | ReadNode)[]> {
    const here = [...configured, ...(isLocalNode() ? [localNode] : [])];
    return dns === null ? here : [...here, ...(await dns.current(maxAgeMs))];
  }

  async function readAll(
    nodes: readonly (FleetNode | ReadNode)[],
    demand: NodesReadOptions,
  ): Promise<NodesReading> {
    const derived = deriveSignal(demand.signal);
    const own = { ...demand, signal: derived.signal };
    try {
      const read = async (node: FleetNode | ReadNode): Promise<ReadNode> => {
        if ('outcome' in node) return node;
        const outcome = await node.read(own);
        const isGone = dns?.isGone(node) ?? false;
        return { source: node.source, outcome, earlierName: node.earlierName(), isGone };
      };
      return await readTogether(nodes, { read, demand, monotonic });
    } finally {
      derived.end();
    }
  }

  let last: NodesReading | null = null;

  /** Tells whether the reading of all nodes found the name, or its bridge, twice. Alone, such a node looks well. */
  function isMisconfigured(name: string): boolean {
    if (last === null) return false;
    const state = last.nodes.find((one) => one.name === name);
    return state === undefined || state.problem?.code === 'invalid_configuration';
  }

  const nodes: Nodes = {
    configured: hasNodes(configuration),
    read: async (demand) => {
      const read = await readAll(await currentNodes(demand), demand);
      // The bridge says how to configure a node if there is none.
      if (read.nodes.length === 0) await bridge.node();
      const kept = last?.contents ?? [];
      last = isSame(kept, read.contents) ? { ...read, contents: kept } : read;
      return last;
    },
    readOne: async (name, demand) => {
      const node = isMisconfigured(name)
        ? undefined
        : configured.find(({ source }) => source.name === name);
      const { nodes: states } =
        node === undefined ? await nodes.read(demand) : await readAll([node], demand);
      return states.find((state) => state.name === name) ?? null;
    },
  };
  return { nodes, close: connections.close };
}

/** Makes the source of a bridge on this host, or in this process, where the host name is the node's. */
function localSource(
  { bridge_url, node_name }: Configuration['bridge_config'],
  bridge: Bridge,
): NodeSource {
  const address =
    bridge_url === null || bridge_url.kind === 'unix' ? hostname() : nameOfAddress(bridge_url);
  return { name: node_name, address, bridge };
}

function isSame(a: readonly NodeContents[], b: readonly NodeContents[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ name, reading, isReadable }, index) => {
      const other = b[index];
      return name === other?.name && reading === other.reading && isReadable === other.isReadable;
    })
  );
}
