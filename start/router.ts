/** The router alone. It has no rights on the host and reads it through the bridge at `bridge_url`. */
import '../shared/node/system/no-debugger.ts';
import { api } from '../functions/api.ts';
import { createApp } from '../shared/http/app.ts';
import { describeAccess, describePages } from '../shared/node/describe-access.ts';
import { describeNodes } from '../shared/node/describe-nodes.ts';
import { withLazyPages } from '../shared/node/http/lazy-pages.ts';
import { serve } from '../shared/node/http/serve.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { runProcess } from '../shared/node/process.ts';
import { connectBridge } from '../shared/node/upstreams/bridge-transport.ts';

await runProcess(
  'router',
  async (parts) => {
    const { configuration, logger, metrics, environment } = parts;
    const { app_config } = configuration;
    const { bridge, close } = connectBridge(configuration, environment, { metrics });
    const node = createNodeServices({ ...parts, bridge });
    const services = () => node.services;
    const app = withLazyPages(createApp(api, services), async () => {
      const { router } = await import('../functions/router.ts');
      return createApp(router, services);
    });
    const server = await serve(app, { app_config, logger, metrics });
    logger.always('WARNING', `the router listens on ${app_config.app_host}:${server.port}`, {
      access: describeAccess(configuration),
      pages: describePages(configuration),
      nodes: describeNodes(configuration),
    });
    return async () => {
      await node.close(server.close());
      await close();
    };
  },
  { observed: ['functions'] },
);
