/** One function alone, on Node: `npm run start:function NAME`. */
import '../shared/node/system/no-debugger.ts';
import { parseArgs } from 'node:util';
import { FUNCTIONS } from '../functions/router.ts';
import { createApp } from '../shared/http/app.ts';
import { describeAccess, describePages } from '../shared/node/describe-access.ts';
import { describeNodes } from '../shared/node/describe-nodes.ts';
import { serve } from '../shared/node/http/serve.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { runProcess } from '../shared/node/process.ts';
import { connectBridge } from '../shared/node/upstreams/bridge-transport.ts';
import { FUNCTION_NAMES } from '../shared/values/configuration/configuration.ts';
import { FUNCTION_SECTIONS } from '../shared/values/configuration/function-sections.ts';

const EXIT_USAGE = 64; // sysexits.h

// `runProcess` reports unknown options, as for the other commands.
const options = { config: { type: 'string' } } as const;
const { positionals } = parseArgs({ options, allowPositionals: true, strict: false });
const name = FUNCTION_NAMES.find((known) => known === positionals[0]);
if (name === undefined) {
  const names = FUNCTION_NAMES.join(', ');
  process.stderr.write(`Usage: npm run start:function NAME\nNAME is one of ${names}\n`);
  process.exit(EXIT_USAGE);
}

await runProcess(
  name,
  async (parts) => {
    const { configuration, logger, metrics, environment } = parts;
    const { app_config } = configuration;
    const { bridge, close } = connectBridge(configuration, environment, { metrics });
    const watching = name === 'health' || name === 'webhook-invoke';
    const node = createNodeServices({ ...parts, bridge, watching, refreshing: false });
    const app = createApp(FUNCTIONS[name], () => node.services);
    const server = await serve(app, { app_config, logger, metrics });
    logger.always('WARNING', `${name} listens on ${app_config.app_host}:${server.port}`, {
      access: describeAccess(configuration),
      ...(name === 'ui' && { pages: describePages(configuration) }),
      nodes: describeNodes(configuration),
    });
    return () => node.close(server.close()).then(close);
  },
  { sections: ['app_config', ...FUNCTION_SECTIONS[name]], observed: ['functions'] },
);
