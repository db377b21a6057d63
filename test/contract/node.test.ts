import { endpoints, routes } from '../../functions/router.ts';
import { type App, createApp } from '../../shared/app.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { connectBridge } from '../../shared/node/bridge-transport.ts';
import { listen, targetOf } from '../../shared/node/http/http-server.ts';
import { createNodeServices } from '../../shared/node/services.ts';
import { memoryLog } from '../support/service.ts';
import { answerOf, type Sent, sendTo } from './answers.ts';
import { contractSuite, type Deployed } from './suite.ts';

/** The parts of start/router.ts and start/function.ts, in this process. */
async function deployedParts(what: Deployed, environment: Readonly<Record<string, string>>) {
  const { configuration, problems } = parseConfiguration({ environment });
  if (configuration === null) throw new Error(problems.join('\n'));
  const { bridge, close } = connectBridge(configuration, {});
  const { logger } = memoryLog();
  const node = createNodeServices({ configuration, logger, bridge, environment: {} });
  while (node.services.readiness?.().status === 'starting') {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const own = what === 'router' ? routes : endpoints.filter(({ name }) => name === what);
  return { own, services: node.services, stop: () => node.close().then(close) };
}

async function fetchFrom(app: App, { method, target, headers, body }: Sent, signal?: AbortSignal) {
  const init = { method, headers, body: body ?? null, signal: signal ?? null };
  const request = new Request(new URL(target, 'http://localhost'), init);
  const response = await app.fetch(request, {}, { target });
  return answerOf(response.status, response.headers, await response.text());
}

contractSuite({
  title: 'in process',
  deploy: async (what, environment) => {
    const { own, services, stop } = await deployedParts(what, environment);
    const { connection: _, ...unconnected } = services;
    // Pauses before another try are not what is tested here.
    const app = createApp(own, () => ({ ...unconnected, sleep: async () => undefined }));
    return { send: (sent, signal) => fetchFrom(app, sent, signal), stop };
  },
});

contractSuite({
  title: 'the Node server',
  deploy: async (what, environment) => {
    const { own, services, stop } = await deployedParts(what, environment);
    const app = createApp(own, () => services, { targetOf });
    const server = await listen(app, { host: '127.0.0.1', port: 0 }, { idleGraceMs: 0 });
    return {
      send: (sent, signal) => sendTo(server.port, sent, signal),
      stop: () => server.close().then(stop),
    };
  },
});
