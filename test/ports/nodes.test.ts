/** All nodes keep the promises of the port. What is special to one implementation is in its own test. */
import { describe, onTestFinished } from 'vitest';
import { createBridgeApp } from '../../bridge/server.ts';
import { createVirtualClock } from '../../demo/harbor/clock.ts';
import { edgeNodes } from '../../shared/edge/edge-nodes.ts';
import { listen } from '../../shared/node/http/http-server.ts';
import { createNodes } from '../../shared/node/nodes/node-fleet.ts';
import { noBridge } from '../../shared/ports/no-bridge.ts';
import { Problem } from '../../shared/values/problem.ts';
import { configurationOf } from '../support/configuration.ts';
import { memoryLog } from '../support/log.ts';
import { type MemoryHost, memoryBridge } from '../support/memory-bridge.ts';
import { worldHost, worldNodes } from '../support/memory-nodes.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { type MakeNodes, type NodeGiven, nodesSuite } from './nodes-suite.ts';

type Given = Parameters<MakeNodes>[0];

const { logger } = memoryLog();

/** The problem of a node; that of its bridge does not name it. */
const down = (node = 'this host') =>
  new Problem('runtime_unreachable', `The container runtime of ${node} does not answer.`);

/** What a node has, as the members of a host in memory. */
function hostOf({ isDown, ...rows }: Partial<NodeGiven>, node?: string): Partial<MemoryHost> {
  return { ...rows, ...(isDown !== undefined && { failure: isDown ? down(node) : null }) };
}

/** Bridges on ports of this machine, one for each node, and the configuration that names them. */
async function startBridges(given: Given) {
  const hosts = new Map<string, MemoryHost>();
  const nodes: Record<string, { readonly bridge_url: string }> = {};
  for (const [name, one] of Object.entries(given)) {
    const { bridge, host } = memoryBridge({
      ...hostOf(one),
      facts: { name, instance: `instance of ${name}`, runtime: null, image_filesystems: null },
    });
    const app = createBridgeApp({ bridge, configuration: configurationOf({}), logger });
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, { keepAliveMs: 1000 });
    onTestFinished(server.close);
    hosts.set(name, host);
    nodes[name] = { bridge_url: `http://127.0.0.1:${server.port}` };
  }
  const change = (name: string, more: Partial<NodeGiven>) =>
    void Object.assign(hosts.get(name) ?? {}, hostOf(more));
  return { configuration: configurationOf({ nodes_config: { nodes } }), change };
}

const ofProcess: MakeNodes = async (given) => {
  const { configuration, change } = await startBridges(given);
  const fleet = createNodes({ configuration, bridge: noBridge, logger, environment: {} });
  onTestFinished(fleet.close);
  return { nodes: fleet.nodes, change };
};

const onEdge: MakeNodes = async (given) => {
  const { configuration, change } = await startBridges(given);
  return {
    nodes: edgeNodes({ configuration, logger, bindings: {}, deferral: 'after' }),
    change,
  };
};

const fromRows: MakeNodes = (given) => {
  const current = new Map(Object.entries(given));
  const byName: NodesByName = {};
  const show = (name: string, one: NodeGiven) => {
    current.set(name, one);
    const { isDown, ambiguous, ...rows } = one;
    byName[name] = isDown ? down(name) : { ...rows, ...(ambiguous.length > 0 && { ambiguous }) };
  };
  for (const [name, one] of current) show(name, one);
  const change = (name: string, more: Partial<NodeGiven>) => {
    const known = current.get(name);
    if (known !== undefined) show(name, { ...known, ...more });
  };
  return { nodes: nodesOf(byName), change };
};

const withTime: MakeNodes = (given) => {
  const hosts = new Map(
    Object.entries(given).map(([name, one]) => [name, worldHost(hostOf(one, name))] as const),
  );
  const nodes = worldNodes(hosts, { clock: createVirtualClock(), configured: true });
  const change = (name: string, more: Partial<NodeGiven>) =>
    void Object.assign(hosts.get(name) ?? {}, hostOf(more, name));
  return { nodes, change };
};

describe('the nodes of a process', () => nodesSuite(ofProcess));
describe('the nodes of a function on the edge', () => nodesSuite(onEdge));
describe('the nodes of tests, from rows', () => nodesSuite(fromRows));
describe('the nodes of tests, whose readings take time', () => nodesSuite(withTime));
