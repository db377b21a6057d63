import { FUNCTIONS, router } from '../../functions/router.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { createApp } from '../../shared/http/app.ts';
import { listen } from '../../shared/node/http/http-server.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import { connectBridge } from '../../shared/node/upstreams/bridge-transport.ts';
import { sleep } from '../../shared/sleep.ts';
import { memoryLog } from '../support/log.ts';
import { sendTo } from './answers.ts';
import { contractSuite, type Deployed } from './suite.ts';

/** The parts of start/router.ts and start/function.ts, in this process. */
async function deployedParts(what: Deployed, environment: Readonly<Record<string, string>>) {
  const { configuration, problems } = parseConfiguration({ environment });
  if (configuration === null) throw new Error(problems.join('\n'));
  const { bridge, close } = connectBridge(configuration, {});
  const { logger } = memoryLog();
  const node = createNodeServices({
    configuration,
    logger,
    bridge,
    environment: {},
    // These tests are not about the pauses before another call of Harbor.
    sleep: (ms, signal) => sleep(Math.min(ms, 10), signal),
  });
  const { readiness } = node.services;
  while ((await readiness(AbortSignal.timeout(5_000))).status === 'starting') {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const fn = what === 'router' ? router : FUNCTIONS[what];
  const app = createApp(fn, () => node.services);
  return { app, stop: () => node.close().then(close) };
}

contractSuite({
  title: 'the Node server',
  deploy: async (what, environment) => {
    const { app, stop } = await deployedParts(what, environment);
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, { idleGraceMs: 0 });
    return {
      send: (sent, signal) => sendTo(server.port, sent, signal),
      stop: () => server.close().then(stop),
    };
  },
});
