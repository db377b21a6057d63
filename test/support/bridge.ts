/** A bridge as its process builds it, over a scriptable crictl, on a real socket. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { listenForBridge } from '../../bridge/listen.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import { createProcessMetrics } from '../../shared/node/metrics/process-metrics.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { configurationOf } from './configuration.ts';
import { testFolder } from './folder.ts';
import { memoryLog } from './log.ts';

/** A healthy node's answers. */
export const NODE = recordedAnswers('v1.34.0-containerd-1.7.24');

export interface BridgeOptions {
  readonly crictl?: CrictlAnswers;
  readonly crictl_config?: object;
  /** By default a unix socket in a folder of the test. */
  readonly bridge_config?: object;
  /** Milliseconds since the epoch; default: the machine's clock. */
  readonly now?: () => number;
}

/** Starts a bridge and stops it when the test ends. */
export async function startBridge(options: BridgeOptions = {}) {
  const crictl = fakeCrictl(options.crictl ?? NODE);
  const socket = join(testFolder(), 'bridge.sock');
  const configuration = configurationOf({
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false, ...options.crictl_config },
    bridge_config: { bridge_listen: `unix:${socket}`, ...options.bridge_config },
  });
  const { bridge_config, crictl_config } = configuration;
  const { logger, lines } = memoryLog();
  const { now } = options;
  const { node_name: nodeName } = bridge_config;
  const metrics = createProcessMetrics(['crictl']);
  const bridge = createCrictlBridge({
    crictl_config,
    logger,
    metrics,
    nodeName,
    maxFactsWaitMs: 30_000, // a loaded machine may take long to start three programs
    ...(now && { now }),
  });
  const app = createBridgeApp({ bridge, configuration, logger, metrics });
  const server = await listenForBridge(app, { bridge_config, environment: {} });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  onTestFinished(async () => {
    await close();
    crictl.cleanup();
  });
  return { socket, crictl, log: lines, close };
}
