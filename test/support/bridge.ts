/** A bridge as its process builds it, over a scriptable crictl, on a real socket. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { listenForBridge } from '../../bridge/listen.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import {
  type Configuration,
  parseConfiguration,
} from '../../shared/configuration/configuration.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { memoryLog } from './service.ts';

/** A healthy node's answers. */
export const NODE = recordedAnswers('v1.34.0-containerd-1.7.24');

/** A folder that goes away with the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The configuration of a file with these sections. */
export function configurationOf(file: object): Configuration {
  const { configuration, problems } = parseConfiguration({ file, environment: {} });
  if (configuration === null) throw new Error(problems.join('\n'));
  return configuration;
}

export interface BridgeOptions {
  readonly crictl?: CrictlAnswers;
  readonly crictl_config?: object;
  /** By default a unix socket in a folder of the test. */
  readonly bridge_config?: object;
  /** Milliseconds since the epoch; default: the machine's clock. */
  readonly now?: () => number;
}

/** Starts a bridge and stops it when the test ends. */
export async function startBridge(options: BridgeOptions = {}) {
  const crictl = fakeCrictl(options.crictl ?? NODE);
  const socket = join(testFolder(), 'bridge.sock');
  const configuration = configurationOf({
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false, ...options.crictl_config },
    bridge_config: { bridge_listen: `unix:${socket}`, ...options.bridge_config },
  });
  const { bridge_config, crictl_config } = configuration;
  const { logger, lines } = memoryLog();
  const { now } = options;
  const bridge = createCrictlBridge({ crictl_config, logger, ...(now && { now }) });
  const app = createBridgeApp({ bridge, configuration, logger });
  const server = await listenForBridge(app, { bridge_config, environment: {} });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= server.close();
    return closed;
  };
  onTestFinished(async () => {
    await close();
    crictl.cleanup();
  });
  return { socket, crictl, log: lines, close };
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends a request over a unix socket with the target as it is: nothing is folded or escaped. */
export async function askSocket(
  socketPath: string,
  target: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  } = {},
): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    httpRequest({ socketPath, path: target, agent: false, ...options }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
      );
      answer.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
