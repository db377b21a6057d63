/** One function alone, on Node: `npm run start:function NAME`. */
import { parseArgs } from 'node:util';
import { FUNCTIONS } from '../functions/router.ts';
import {
  FUNCTION_NAMES,
  type FunctionName,
  type SectionName,
} from '../shared/configuration/configuration.ts';
import { createApp } from '../shared/http/app.ts';
import { describeAccess } from '../shared/node/describe-access.ts';
import { serve } from '../shared/node/http/serve.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { runProcess } from '../shared/node/process.ts';
import { connectBridge } from '../shared/node/upstreams/bridge-transport.ts';

const EXIT_USAGE = 64; // sysexits.h

const HOST: SectionName[] = ['bridge_config', 'crictl_config'];
const NODES: SectionName[] = [...HOST, 'nodes_config'];
/** The sections of each function in addition to app_config. No process reads a secret that it does not use. */
const SECTIONS: Readonly<Record<FunctionName, readonly SectionName[]>> = {
  'local-images': HOST,
  'harbor-projects': ['harbor_config'],
  'harbor-repositories': ['harbor_config'],
  'harbor-artifacts': ['harbor_config'],
  'delete-harbor-artifact': [...NODES, 'harbor_config', 'delete_config'],
  images: [...HOST, 'harbor_config'],
  nodes: NODES,
  'node-images': NODES,
  compare: NODES,
  usage: [...NODES, 'harbor_config'],
  drift: [...NODES, 'harbor_config'],
  'harbor-unused': [...NODES, 'harbor_config'],
  'deletion-plan': [...NODES, 'harbor_config', 'delete_config'],
  'harbor-cleanup': [...NODES, 'harbor_config', 'delete_config', 'cleanup_config'],
  journal: ['delete_config'],
  health: [...HOST, 'harbor_config'],
  openapi: [],
  'harbor-webhook': [...NODES, 'harbor_config', 'webhook_config'],
  'webhook-invoke': [
    ...NODES,
    'harbor_config',
    'delete_config',
    'cleanup_config',
    'webhook_config',
  ],
};

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
  async ({ configuration, logger, environment }) => {
    const { app_config } = configuration;
    const { bridge, close } = connectBridge(configuration, environment);
    const watching = name === 'health' || name === 'webhook-invoke';
    const node = createNodeServices({ configuration, logger, bridge, environment, watching });
    const app = createApp(FUNCTIONS[name], () => node.services);
    const server = await serve(app, { app_config, logger });
    const access = describeAccess(configuration);
    logger.log('WARNING', `${name} listens on ${app_config.app_host}:${server.port}`, { access });
    return () => node.close(server.close()).then(close);
  },
  { sections: ['app_config', ...SECTIONS[name]] },
);
