/** The nodes of a function that is deployed on its own: each request asks all bridges. */

import { createBridgeClient } from '../adapters/bridge-client/bridge-client.ts';
import { getByFetch } from '../adapters/bridge-client/bridge-get.ts';
import {
  type ConfiguredTarget,
  configuredNodes,
  hasNodes,
  isNodeOfItsOwn,
  nameOfAddress,
  readingTimeoutMs,
} from '../domain/nodes/configured-nodes.ts';
import { type NodeSource, readNodeOnce } from '../domain/nodes/node-outcome.ts';
import { nodeStates } from '../domain/nodes/node-states.ts';
import { readTogether } from '../domain/nodes/read-together.ts';
import type { Bridge } from '../ports/bridge.ts';
import {
  contentsOf,
  type Nodes,
  type NodesReading,
  type NodesReadOptions,
  needsNewRun,
} from '../ports/nodes.ts';
import { createLimit } from '../values/limit.ts';
import { Problem } from '../values/problem.ts';
import type { EdgeContext } from './edge.ts';
import { edgeBridge, unsupportedBridge } from './edge-bridge.ts';

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
      bridge: bridgeOf(target, timeoutMs),
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
  ): Promise<Pick<NodesReading, 'nodes' | 'spreadMs'>> {
    const { maxAgeMs, signal, requestId, calls } = demand;
    const limit = createLimit({ concurrency: Math.min(node_concurrency, MOST_SIDE_BY_SIDE) });
    const left = signal?.();
    const options = {
      timeoutMs,
      fresh: needsNewRun(maxAgeMs),
      requestId,
      calls,
      monotonic: () => performance.now(),
      now: () => Date.now(),
    };
    const read = async (source: NodeSource) => {
      const own = left && AbortSignal.any([left]);
      const outcome = await limit(
        () => readNodeOnce(source, { ...options, ...(own && { signal: own }) }),
        own,
      );
      return { source, outcome };
    };
    const { monotonic } = options;
    const together = await readTogether(nodes, { read, demand, monotonic });
    return { nodes: nodeStates(together.read), spreadMs: together.spreadMs };
  }

  const nodes: Nodes = {
    configured: hasNodes(configuration),
    read: async (options) => {
      const all = sources();
      // Without any node, the bridge says how to configure one.
      if (all.length === 0) await bridge.node();
      const { nodes: states, spreadMs } = await readAll(all, options);
      const complete = states.every(({ status }) => status === 'ok');
      return { nodes: states, complete, contents: contentsOf(states), spreadMs };
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

function bridgeOf(target: ConfiguredTarget, timeoutMs: number): Bridge {
  const { name, address, token, caFile, hasTokenFile, keys } = target;
  const where = `nodes_config.nodes.${name}`;
  if (address.kind === 'unix') return unsupportedBridge(`a unix socket as ${where}.bridge_url`);
  if (caFile !== null) return unsupportedBridge(caFile.key);
  if (hasTokenFile) return unsupportedBridge(`${where}.bridge_token_file`);
  return createBridgeClient({
    url: address.url,
    name: nameOfAddress(address),
    token,
    get: getByFetch((input, init) => fetch(input, init)),
    timeoutMs,
    keys: { ...keys, caFile: null },
  });
}

function dnsUnsupported(): Problem {
  return new Problem(
    'unsupported_here',
    'This runtime cannot use nodes_config.nodes_dns. List the nodes in nodes_config.nodes, or run the ' +
      'service on Node.',
  );
}
