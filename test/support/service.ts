/** The whole service as `npm start` builds it, over a scriptable crictl and the Harbor stand-in. */
import { once } from 'node:events';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createHarborStandIn, type HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { router } from '../../functions/router.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { harborOf } from '../../shared/harbor-options.ts';
import { createApp } from '../../shared/http/app.ts';
import type { Logger, LogLevel } from '../../shared/log/logger.ts';
import { listen } from '../../shared/node/http/http-server.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';

/** What tests read of JSON answers: problems, plans and rows alike. */
export interface JsonBody {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly parameter: string; readonly source: string }[];
  readonly blockers: readonly { readonly code: string }[];
  readonly [field: string]: unknown;
}

/** The JSON of an answer. */
export async function bodyOf<Body = JsonBody>(res: Response): Promise<Body> {
  return (await res.json()) as Body;
}

/** One line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ServiceOptions {
  readonly harbor?: HarborStandInOptions;
  readonly crictl?: CrictlAnswers;
  /** config.json, beside what the parts above need. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Starts the service on a free port and stops it when the test ends. */
export async function startService(options: ServiceOptions) {
  const crictl = options.crictl === undefined ? null : fakeCrictl(options.crictl);
  const standIn = options.harbor === undefined ? null : createHarborStandIn(options.harbor);
  const harbor = await standIn?.listen();
  const sections = options.config ?? {};
  const section = (name: string) => sections[name] as object | undefined;
  const { configuration, problems } = parseConfiguration({
    file: {
      ignore_file_path: '/nonexistent/images_to_ignore.txt',
      ...sections,
      harbor_config: { harbor_host: harbor?.url ?? '', ...section('harbor_config') },
      crictl_config: {
        crictl_sudo: false,
        crictl_max_age_ms: 0,
        ...(crictl && { crictl_path: crictl.path }),
        ...section('crictl_config'),
      },
    },
    environment: {},
  });
  if (configuration === null) throw new Error(problems.join('\n'));
  const log = memoryLog();
  const bridge = createCrictlBridge({
    crictl_config: configuration.crictl_config,
    logger: log.logger,
  });
  const node = createNodeServices({ configuration, logger: log.logger, bridge, environment: {} });
  const app = createApp(router, () => node.services);
  const server = await listen(
    app,
    { host: '127.0.0.1', port: 0 },
    { logger: log.logger, idleGraceMs: 0 },
  );
  const url = `http://127.0.0.1:${server.port}`;
  onTestFinished(async () => {
    await server.close();
    await node.close();
    await harbor?.close();
    crictl?.cleanup();
  });
  return {
    url,
    server,
    /** The same Harbor without pauses before another try. */
    impatientHarbor: () =>
      harborOf(configuration, { fetch, sleep: async () => undefined, logger: log.logger }),
    standIn,
    crictl,
    log: log.lines,
    services: node.services,
    get: (path: string, init?: RequestInit) => fetch(`${url}${path}`, init),
    json: async <Body = JsonBody>(path: string) => bodyOf<Body>(await fetch(`${url}${path}`)),
    raw: (request: string) => rawRequest(server.port, request),
  };
}

/** Sends bytes as they are: no client in between folds or escapes anything. */
export async function rawRequest(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write(request);
  await once(socket, 'close');
  return answer;
}

/** A logger that keeps its lines. */
export function memoryLog(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (level, msg, fields) => lines.push({ level, msg, ...fields }),
    child: () => logger,
  };
  return { logger, lines };
}
