/**
 * A Harbor and a bridge for the contract suite. The request id selects the fault, because
 * the service sends along: `harbor-html.7` meets a Harbor that answers HTML.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import type { FaultAnswer } from '../../demo/harbor/faults.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { memoryLog } from '../support/log.ts';

const HTML = { 'Content-Type': 'text/html' };
const PAGE = '<html><body>It works!</body></html>';

const HARBOR_FAULTS: Readonly<Record<string, FaultAnswer>> = {
  'harbor-down': { cut: 'before-answer' },
  'harbor-cut': { cut: 'in-body' },
  'harbor-slow': { hang: true },
  'harbor-html': { answer: { status: 200, headers: HTML, body: PAGE } },
  'harbor-busy': { answer: { status: 429, headers: { 'Retry-After': '7' }, body: '' } },
  'harbor-anonymous': { anonymous: true },
  'all-html': { answer: { status: 200, headers: HTML, body: PAGE } },
  'all-slow': { hang: true },
};

const NO_CRICTL = JSON.stringify({ code: 'crictl_not_found', detail: 'No crictl was found.' });

const BRIDGE_FAULTS: Readonly<Record<string, (res: ServerResponse) => void>> = {
  'bridge-down': (res) => res.destroy(),
  'bridge-slow': () => undefined,
  'bridge-html': (res) => res.writeHead(200, HTML).end(PAGE),
  'bridge-crictl': (res) =>
    res.writeHead(503, { 'Content-Type': 'application/problem+json' }).end(NO_CRICTL),
  'all-html': (res) => res.writeHead(200, HTML).end(PAGE),
  'all-slow': () => undefined,
};

export interface Upstreams {
  /** What makes a deployment use them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Requests that Harbor got so far. */
  readonly harborCalls: readonly { readonly method: string; readonly path: string }[];
  close(): Promise<void>;
}

const BRIDGE_TOKEN = 'bridge-token-of-the-suite';

export async function startUpstreams(): Promise<Upstreams> {
  const standIn = createHarborStandIn({
    registry: demoRegistry(),
    faults: ({ headers }) => HARBOR_FAULTS[faultOf(headers['x-request-id'])],
  });
  const harbor = await standIn.listen();
  const bridge = await startBridge();
  return {
    environment: {
      HARBOR_HOST: harbor.url,
      HARBOR_USERNAME: DEMO_ACCOUNT.name,
      HARBOR_PASSWORD: DEMO_ACCOUNT.password,
      // Harbors that hang must not make the other tests wait.
      HARBOR_CONCURRENCY: '64',
      BRIDGE_URL: bridge.url,
      BRIDGE_TOKEN,
    },
    harborCalls: standIn.calls,
    close: async () => {
      await harbor.close();
      await bridge.close();
    },
  };
}

async function startBridge() {
  const crictl = fakeCrictl(recordedAnswers('v1.34.0-containerd-1.7.24'));
  const { configuration, problems } = parseConfiguration({
    file: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      bridge_config: { bridge_token: BRIDGE_TOKEN },
    },
    environment: {},
  });
  if (configuration === null) throw new Error(problems.join('\n'));
  const { logger } = memoryLog();
  const bridge = createCrictlBridge({ crictl_config: configuration.crictl_config, logger });
  const app = createBridgeApp({ bridge, configuration, logger });
  const honest = getRequestListener((request, env) => app.fetch(request, env));
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    const fault = BRIDGE_FAULTS[faultOf(req.headers['x-request-id'])];
    if (fault === undefined) void honest(req, res);
    else fault(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      crictl.cleanup();
    },
  };
}

function faultOf(requestId: string | string[] | undefined): string {
  return String(requestId).split('.')[0] ?? '';
}
