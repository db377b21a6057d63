/** The demo: the single process over the embedded Harbor stand-in and the sample crictl. */
import { fileURLToPath } from 'node:url';
import { createCrictlBridge } from '../bridge/crictl-bridge.ts';
import { createHarborStandIn } from '../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoCommands, demoRegistry } from '../demo/registry.ts';
import { router } from '../functions/router.ts';
import { createApp } from '../shared/http/app.ts';
import { describeAccess } from '../shared/node/describe-access.ts';
import { listen } from '../shared/node/http/http-server.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { runProcess } from '../shared/node/process.ts';

const here = (name: string) => fileURLToPath(new URL(`../demo/${name}`, import.meta.url));
const harbor = await createHarborStandIn({ registry: demoRegistry() }).listen();

await runProcess(
  'demo',
  async ({ configuration, logger, environment }) => {
    const { app_config, bridge_config, crictl_config } = configuration;
    const bridge = createCrictlBridge({
      crictl_config,
      logger: logger.child('bridge'),
      nodeName: bridge_config.node_name,
    });
    const node = createNodeServices({ configuration, logger, bridge, environment });
    const app = createApp(router, () => node.services);
    const host = app_config.app_host;
    const server = await listen(app, { host, port: app_config.app_port }, { logger }).catch(
      (err) => {
        if (err.code !== 'EADDRINUSE' || process.env['APP_PORT'] !== undefined) throw err;
        return listen(app, { host, port: 0 }, { logger }); // the port is in use, so the system chooses one
      },
    );
    const name = host.includes(':') ? `[${host}]` : host;
    const commands = demoCommands(`http://${name}:${server.port}`);
    process.stdout.write(
      `Image API, demo data; ${describeAccess(configuration)}.\nTry:\n\n${commands.join('\n')}\n\n` +
        'Stop with Ctrl-C.\n',
    );
    return async () => {
      await node.close(server.close());
      await harbor.close();
    };
  },
  {
    argv: ['--config', here('config.json')],
    environment: {
      HARBOR_HOST: harbor.url,
      HARBOR_USERNAME: DEMO_ACCOUNT.name,
      HARBOR_PASSWORD: DEMO_ACCOUNT.password,
      CRICTL_PATH: here('crictl'),
    },
  },
);
