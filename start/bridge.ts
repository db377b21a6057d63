/** The bridge alone: the only process with rights on the host. It never reads Harbor's password. */
import '../shared/node/system/no-debugger.ts';
import { loadBridgeConfiguration } from '../bridge/bridge-configuration.ts';
import { createCrictlBridge } from '../bridge/crictl-bridge.ts';
import { listenForBridge } from '../bridge/listen.ts';
import { createBridgeApp } from '../bridge/server.ts';
import { bridgeSecrets } from '../shared/adapters/log/bridge-secrets.ts';
import { createKeptMetrics } from '../shared/node/metrics/kept-metrics.ts';
import { runProgram } from '../shared/node/program.ts';
import { BASE_COUNTERS } from '../shared/ports/metrics/base-counters.ts';

await runProgram('bridge', {
  load: loadBridgeConfiguration,
  secretsOf: bridgeSecrets,
  metrics: createKeptMetrics(['crictl'], BASE_COUNTERS).metrics,
  start: async ({ configuration, logger, metrics, tracer, environment }) => {
    const { bridge_config, crictl_config } = configuration;
    const bridge = createCrictlBridge({
      crictl_config,
      logger,
      metrics,
      nodeName: bridge_config.node_name,
    });
    const app = createBridgeApp({ bridge, configuration, logger, metrics, tracer });
    const server = await listenForBridge(app, {
      bridge_config,
      environment,
      onUnreadable: metrics.requestUnreadable,
    });
    const who =
      bridge_config.bridge_token === null ? 'who can open the socket' : 'who has bridge_token';
    logger.always('WARNING', `the bridge listens on ${server.name}; everyone ${who} can read`);
    return server.close;
  },
});
