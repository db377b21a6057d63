/** The demo: the single process and two more bridges, over the embedded Harbor stand-in and the sample crictl. */
import '../shared/node/system/no-debugger.ts';
import { fileURLToPath } from 'node:url';
import { createCrictlBridge } from '../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../bridge/server.ts';
import { demoCommands } from '../demo/commands.ts';
import { createHarborStandIn } from '../demo/harbor/stand-in.ts';
import { createDemoJournal } from '../demo/journal.ts';
import { createDemoNodes } from '../demo/nodes.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../demo/registry.ts';
import { router } from '../functions/router.ts';
import { createApp } from '../shared/http/app.ts';
import { describeAccess } from '../shared/node/describe-access.ts';
import { listen } from '../shared/node/http/http-server.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { runProcess } from '../shared/node/process.ts';

const here = (name: string) => fileURLToPath(new URL(`../demo/${name}`, import.meta.url));
const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();
const nodes = await createDemoNodes();
const journal = createDemoJournal();

await runProcess(
  'demo',
  async (parts) => {
    const { configuration, logger, metrics } = parts;
    const { app_host: host, app_port } = configuration.app_config;
    const bridgeOf = ({ bridge_config, crictl_config }: typeof configuration) =>
      createCrictlBridge({ crictl_config, logger, metrics, nodeName: bridge_config.node_name });
    await nodes.serve(configuration, (own) =>
      createBridgeApp({ bridge: bridgeOf(own), configuration: own, logger }),
    );
    const node = createNodeServices({ ...parts, bridge: bridgeOf(configuration) });
    const app = nodes.withSwitch(createApp(router, () => node.services));
    const observers = { logger, onUnreadable: metrics.requestUnreadable };
    const server = await listen(app, { host, port: app_port }, observers).catch((err) => {
      if (err.code !== 'EADDRINUSE' || process.env['APP_PORT'] !== undefined) throw err;
      return listen(app, { host, port: 0 }, observers); // the port is in use, so the system chooses one
    });
    const commands = demoCommands({ host, port: server.port });
    process.stdout.write(`Image API, demo data; ${describeAccess(configuration)}.\n\n${commands}`);
    return async () => {
      await node.close(server.close());
      await Promise.all([nodes.close(), harbor.close()]);
      journal.remove();
    };
  },
  {
    argv: ['--config', here('config.json')],
    environment: {
      HARBOR_HOST: harbor.url,
      HARBOR_USERNAME: DEMO_ACCOUNT.name,
      HARBOR_PASSWORD: DEMO_ACCOUNT.password,
      CRICTL_PATH: here('crictl'),
      JOURNAL_FILE: journal.path,
      ...nodes.environment,
    },
  },
);
