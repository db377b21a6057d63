/**
 * A Harbor and the bridges of two nodes for the contract suite, one of them over TLS. The request id selects the fault of
 * Harbor and of the bridges, because the service sends it along: `harbor-html.7` meets a Harbor that answers HTML.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import type { FaultAnswer } from '../../demo/harbor/faults.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { parseConfiguration } from '../../shared/values/configuration/configuration.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { type Certificate, makeAuthority } from '../shared/node/upstreams/certificates.ts';
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
  /** In addition to it: makes a deployment trust the authority that signed the certificate of node-2. */
  readonly trust: {
    /** With its configuration, where there are files. */
    readonly files: Readonly<Record<string, string>>;
    /** With the runtime, where there are none. */
    readonly runtime: Readonly<Record<string, string>>;
  };
  /** In addition to it: node-3 answers HTML, and the certificates of node-4 and node-5 cannot be accepted. */
  readonly partial: Readonly<Record<string, string>>;
  /** Requests that Harbor got so far. */
  readonly harborCalls: readonly { readonly method: string; readonly path: string }[];
  close(): Promise<void>;
}

const BRIDGE_TOKEN = 'bridge-token-of-the-suite';
const NODE_TOKEN = 'other-bridge-token-of-the-suite';
const DEMO_CRICTL = fileURLToPath(new URL('../../demo/crictl', import.meta.url));

export async function startUpstreams(): Promise<Upstreams> {
  const standIn = createHarborStandIn({
    registry: demoRegistry(),
    faults: ({ headers }) => HARBOR_FAULTS[faultOf(headers['x-request-id'])],
  });
  const harbor = await standIn.listen();
  const first = await startBridge(BRIDGE_TOKEN, {
    answers: recordedAnswers('v1.34.0-containerd-1.7.24'),
  });
  const answers = demoAnswers();
  const { folder, caFile, certificates } = makeCertificates();
  const second = await startBridge(NODE_TOKEN, { answers, certificate: certificates.good });
  const broken = await serve((_req, res) => res.writeHead(200, HTML).end(PAGE));
  const expired = await startBridge(NODE_TOKEN, { answers, certificate: certificates.expired });
  const foreign = await startBridge(NODE_TOKEN, { answers, certificate: certificates.foreign });
  const nodeAt = ({ url }: { readonly url: string }) => ({
    bridge_url: url,
    bridge_token: NODE_TOKEN,
  });
  const nodes = { 'node-1': { bridge_url: first.url }, 'node-2': nodeAt(second) };
  const bad = { 'node-3': nodeAt(broken), 'node-4': nodeAt(expired), 'node-5': nodeAt(foreign) };
  return {
    environment: {
      HARBOR_HOST: harbor.url,
      HARBOR_USERNAME: DEMO_ACCOUNT.name,
      HARBOR_PASSWORD: DEMO_ACCOUNT.password,
      // Harbors that hang must not make the other tests wait.
      HARBOR_CONCURRENCY: '64',
      // A busy machine may take longer than usual to read a node.
      NODE_TIMEOUT_MS: '60000',
      BRIDGE_TIMEOUT_MS: '60000',
      REGISTRY_ALIASES: 'registry.example.test:9443',
      BRIDGE_URL: first.url,
      BRIDGE_TOKEN,
      NODES: JSON.stringify(nodes),
      // Requests that share a reading would share its fault.
      MAX_AGE_MS: '0',
    },
    trust: {
      files: { BRIDGE_CA_FILE: caFile },
      runtime: { NODE_EXTRA_CA_CERTS: caFile },
    },
    partial: { NODES: JSON.stringify({ ...nodes, ...bad }) },
    harborCalls: standIn.calls,
    close: async () => {
      await harbor.close();
      for (const { close } of [first, second, broken, expired, foreign]) await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Certificates of a private authority, and one of another authority. */
function makeCertificates() {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-contract-'));
  const { caFile, sign } = makeAuthority(folder);
  const other = makeAuthority(mkdtempSync(join(folder, 'other-')));
  const names = 'IP:127.0.0.1';
  return {
    folder,
    caFile,
    certificates: {
      good: sign(names),
      /** It ended yesterday. */
      expired: sign(names, -1),
      foreign: other.sign(names),
    },
  };
}

/** The output of the demo's crictl for its node-2. */
function demoAnswers(): CrictlAnswers {
  const run = (...command: string[]) => ({
    stdout: execFileSync(DEMO_CRICTL, ['-r', 'unix:///run/demo/node-2.sock', ...command], {
      encoding: 'utf8',
    }),
  });
  return {
    images: run('images', '-o', 'json'),
    ps: run('ps', '-a', '-o', 'json'),
    imagefsinfo: run('imagefsinfo', '-o', 'json'),
    version: run('version'),
    other: run('info'),
  };
}

interface BridgeParts {
  readonly answers: CrictlAnswers;
  readonly certificate?: Certificate;
}

/** A bridge with a token of its own, over TLS if it has a certificate. It has the fault that the request id names. */
async function startBridge(token: string, { answers, certificate }: BridgeParts) {
  const crictl = fakeCrictl(answers);
  const { configuration, problems } = parseConfiguration({
    file: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      bridge_config: { bridge_token: token },
    },
    environment: {},
  });
  if (configuration === null) throw new Error(problems.join('\n'));
  const { logger } = memoryLog();
  const bridge = createCrictlBridge({ crictl_config: configuration.crictl_config, logger });
  const app = createBridgeApp({ bridge, configuration, logger });
  const honest = getRequestListener((request, env) => app.fetch(request, env));
  const { url, close } = await serve((req, res) => {
    const fault = BRIDGE_FAULTS[faultOf(req.headers['x-request-id'])];
    if (fault === undefined) void honest(req, res);
    else fault(res);
  }, certificate);
  return { url, close: () => close().then(crictl.cleanup) };
}

async function serve(
  handle: (req: IncomingMessage, res: ServerResponse) => void,
  certificate?: Certificate,
) {
  const server = certificate ? createTlsServer(certificate, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function faultOf(requestId: string | string[] | undefined): string {
  return String(requestId).split('.')[0] ?? '';
}
