import { FUNCTIONS, router } from '../../functions/router.ts';
import { checkSources } from '../../shared/domain/readiness/readiness.ts';
import { createApp } from '../../shared/http/app.ts';
import { listen } from '../../shared/node/http/http-server.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import { connectBridge } from '../../shared/node/upstreams/bridge-transport.ts';
import { sleep } from '../../shared/values/waiting/sleep.ts';
import { configurationOf } from '../support/configuration.ts';
import { memoryLog } from '../support/log.ts';
import { sendTo } from './answers.ts';
import { contractSuite, type Deployed } from './suite.ts';

/** The parts of start/router.ts and start/function.ts, in this process. */
async function deployedParts(what: Deployed, environment: Readonly<Record<string, string>>) {
  const configuration = configurationOf({}, environment);
  const { bridge, close } = connectBridge(configuration, {});
  const { logger } = memoryLog();
  const node = createNodeServices({
    configuration,
    logger,
    bridge,
    environment: {},
    watching: false,
    // These tests are not about the pauses before another call of Harbor.
    sleep: (ms, signal) => sleep(Math.min(ms, 10), signal),
  });
  // A busy machine may take longer than the two seconds that a check has.
  const patient = { ...node.services, checkTimeoutMs: 40_000 };
  const seen = await checkSources(patient, new AbortController().signal);
  const fn = what === 'router' ? router : FUNCTIONS[what];
  const app = createApp(fn, () => ({ ...node.services, readiness: () => seen }));
  return { app, stop: () => node.close().then(close) };
}

contractSuite({
  title: 'the Node server',
  files: true,
  deploy: async (what, environment) => {
    const { app, stop } = await deployedParts(what, environment);
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, { idleGraceMs: 0 });
    return {
      send: (sent, signal) => sendTo(server.port, sent, signal),
      stop: () => server.close().then(stop),
    };
  },
});
