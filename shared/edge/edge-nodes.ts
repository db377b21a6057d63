/** The nodes of a function that is deployed on its own: each request asks all bridges. */

import {
  configuredNodes,
  hasNodes,
  isNodeOfItsOwn,
  nameOfAddress,
  readingTimeoutMs,
} from '../domain/nodes/configured-nodes.ts';
import { type NodeSource, readNodeOnce } from '../domain/nodes/node-outcome.ts';
import { readTogether } from '../domain/nodes/read-together.ts';
import {
  type Nodes,
  type NodesReading,
  type NodesReadOptions,
  needsNewRun,
} from '../ports/nodes.ts';
import { Problem } from '../values/problem.ts';
import { createLimit } from '../values/waiting/limit.ts';
import type { EdgeContext } from './edge.ts';
import { bridgeAt, edgeBridge, unsupportedBridge } from './edge-bridge.ts';

/** workerd opens six connections for a request at a time. Others would wait, and count as nodes that hang. */
const MOST_SIDE_BY_SIDE = 6;

/** Settings that need Node are refused when the nodes are read, so that functions that do not read them work. */
export function edgeNodes(context: EdgeContext): Nodes {
  const { configuration } = context;
  const { bridge_config, nodes_config } = configuration;
  const { node_concurrency, nodes_dns } = nodes_config;
  const timeoutMs = readingTimeoutMs(configuration);
  const bridge = edgeBridge(context);

  function sources(): readonly NodeSource[] {
    if (nodes_dns !== null) throw dnsUnsupported();
    const configured = configuredNodes(configuration).map((target) => ({
      name: target.name,
      address: nameOfAddress(target.address),
      bridge: target.hasTokenFile
        ? unsupportedBridge(`nodes_config.nodes.${target.name}.bridge_token_file`)
        : bridgeAt(target, timeoutMs),
    }));
    const isLocalNode =
      bridge.configured && (!hasNodes(configuration) || isNodeOfItsOwn(configuration));
    if (!isLocalNode) return configured;
    const { bridge_url, node_name } = bridge_config;
    const address = bridge_url === null ? 'local' : nameOfAddress(bridge_url);
    return [...configured, { name: node_name, address, bridge }];
  }

  async function readAll(
    nodes: readonly NodeSource[],
    demand: NodesReadOptions,
  ): Promise<NodesReading> {
    const { maxAgeMs, signal, requestId, calls } = demand;
    const limit = createLimit({
      concurrency: Math.min(node_concurrency, MOST_SIDE_BY_SIDE),
      waiting: Infinity, // of one request
    });
    const client = signal?.();
    const options = {
      timeoutMs,
      fresh: needsNewRun(maxAgeMs),
      requestId,
      calls,
      monotonic: () => performance.now(),
      now: () => Date.now(),
      ...(client && { signal: client }),
    };
    const read = async (source: NodeSource) => {
      const outcome = await limit(() => readNodeOnce(source, options), client);
      return { source, outcome };
    };
    return readTogether(nodes, { read, demand, monotonic: options.monotonic });
  }

  const nodes: Nodes = {
    configured: hasNodes(configuration),
    read: async (options) => {
      const all = sources();
      // The bridge says how to configure a node if there is none.
      if (all.length === 0) await bridge.node();
      return readAll(all, options);
    },
    readOne: async (name, options) => {
      const source = sources().find((one) => one.name === name);
      const { nodes: states } =
        source === undefined ? await nodes.read(options) : await readAll([source], options);
      return states.find((state) => state.name === name) ?? null;
    },
  };
  return nodes;
}

function dnsUnsupported(): Problem {
  return new Problem(
    'unsupported_here',
    'This runtime cannot use nodes_config.nodes_dns. List the nodes in nodes_config.nodes, or run the ' +
      'service on Node.',
  );
}
