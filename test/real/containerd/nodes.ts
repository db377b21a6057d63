/** The service over two nodes: a real containerd behind a bridge, and one that runs nothing. The Harbor stand-in has the artifacts. */
import { createCrictlBridge } from '../../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../../bridge/server.ts';
import type { ProjectSeed } from '../../../demo/harbor/seed.ts';
import type { Bridge } from '../../../shared/ports/bridge.ts';
import { bodyOf } from '../../support/body.ts';
import { serving } from '../../support/client.ts';
import { configurationOf } from '../../support/configuration.ts';
import { bridgeOf, imageRow } from '../../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../../support/keeper.ts';
import { memoryLog } from '../../support/log.ts';
import { createService } from '../../support/service.ts';
import type { Containerd } from './containerd.ts';

/** The name of the registry on the nodes. */
export const REGISTRY = 'registry.test:9443';

export interface RealNodesOptions {
  readonly containerd: Containerd;
  readonly crictlPath: string;
  /** Of the project `apps`. */
  readonly repositories: NonNullable<ProjectSeed['repositories']>;
}

/** Starts the service. node-1 runs nothing, and node-3 is the containerd. It ends with the test. */
export async function startRealNodes({ containerd, crictlPath, repositories }: RealNodesOptions) {
  const { logger } = memoryLog();
  const { crictl_config } = configurationOf({
    crictl_config: {
      crictl_path: crictlPath,
      crictl_runtime_endpoint: containerd.endpoint,
      crictl_max_age_ms: 0,
    },
  });
  const serve = (bridge: Bridge) =>
    serving(createBridgeApp({ bridge, configuration: configurationOf({}), logger }));
  const node1 = await serve(idleNode());
  const node3 = await serve(createCrictlBridge({ crictl_config, logger, nodeName: 'node-3' }));
  const registry = keptRegistry([{ name: 'apps', repositories }], 'admin');
  const service = createService({
    harbor: { registry },
    config: {
      app_config: { write_token: { ci: 'write-token-of-test' } },
      harbor_config: {
        ...LOGIN,
        registry_aliases: [REGISTRY],
      },
      // Where this service runs, there is no container runtime.
      bridge_config: { bridge_url: node1.url, node_name: 'node-1' },
      nodes_config: {
        nodes: { 'node-1': { bridge_url: node1.url }, 'node-3': { bridge_url: node3.url } },
      },
    },
  });
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const res = await service.get(path, {
      method,
      headers: { authorization: 'Bearer write-token-of-test', ...headers },
    });
    return { status: res.status, etag: res.headers.get('etag') ?? '', body: await bodyOf(res) };
  };
  return { call };
}

/** The bridge of a node that runs nothing. */
function idleNode(): Bridge {
  const idle = imageRow({ repo_tags: ['docker.io/library/idle:1'] });
  return {
    ...bridgeOf({
      images: async () => ({ rows: [idle], startedAtMs: Date.now(), ageMs: 0 }),
      containers: async () => ({ rows: [], startedAtMs: Date.now(), ageMs: 0 }),
    }),
    node: async () => {
      const facts = { name: 'node-1', instance: 'one', runtime: null, image_filesystems: null };
      return { reading: { facts, images: [idle], containers: [] }, ageMs: 0 };
    },
  };
}
