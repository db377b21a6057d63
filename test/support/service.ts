/** The whole service as `npm start` builds it, in process, over a scriptable crictl and the Harbor stand-in. */
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createHarborStandIn, type HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { router } from '../../functions/router.ts';
import type { CleanupRuns } from '../../shared/domain/cleanup/runs/cleanup-run.ts';
import { createApp } from '../../shared/http/app.ts';
import { createProcessMetrics } from '../../shared/node/metrics/process-metrics.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import type { Nodes } from '../../shared/ports/nodes.ts';
import type { LogLevel } from '../../shared/values/log-level.ts';
import { type CrictlAnswers, fakeCrictl } from '../fake-crictl/index.ts';
import { clientOf, serving } from './client.ts';
import { configurationOf } from './configuration.ts';
import { memoryLog } from './log.ts';

export interface ServiceOptions {
  readonly harbor?: HarborStandInOptions;
  readonly crictl?: CrictlAnswers;
  /** Instead of those of the configuration: `nodesOf` makes them from plain rows. */
  readonly nodes?: Nodes;
  /** Instead of those of the process. */
  readonly cleanupRuns?: CleanupRuns;
  /** The clock of sessions and pages. */
  readonly now?: () => number;
  /** Whether it checks its sources in the background, as a process does; by default only when needed. */
  readonly watching?: boolean;
  /** Whether it reads nodes and drift in the background for the metrics, as a process does; by default not. */
  readonly refreshing?: boolean;
  /** config.json, beside what the parts above need. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Makes the service; it ends with the test. */
export function createService(options: ServiceOptions) {
  const crictl = options.crictl === undefined ? null : fakeCrictl(options.crictl);
  const standIn = options.harbor === undefined ? null : createHarborStandIn(options.harbor);
  const sections = options.config ?? {};
  const section = (name: string) => sections[name] as object | undefined;
  const configuration = configurationOf({
    ignore_file_path: '/nonexistent/images_to_ignore.txt',
    ...sections,
    harbor_config: {
      harbor_host: standIn === null ? '' : 'http://harbor.example.test',
      ...section('harbor_config'),
    },
    crictl_config: {
      crictl_sudo: false,
      crictl_max_age_ms: 0,
      ...(crictl && { crictl_path: crictl.path }),
      ...section('crictl_config'),
    },
  });
  const { log_level } = { ...section('app_config') } as { readonly log_level?: LogLevel };
  const { logger, lines } = memoryLog(log_level);
  const metrics = createProcessMetrics();
  const { crictl_config } = configuration;
  const bridge = createCrictlBridge({ crictl_config, logger, metrics });
  const node = createNodeServices({
    configuration,
    logger,
    metrics,
    bridge,
    environment: {},
    watching: options.watching ?? false,
    refreshing: options.refreshing ?? false,
    sleep: noPause,
    ...(standIn && { harborFetch: standIn.fetch as typeof fetch }),
    ...(options.nodes && { nodes: options.nodes }),
  });
  const { cleanupRuns = node.services.cleanupRuns } = options;
  const { now = node.services.now } = options;
  const services = { ...node.services, cleanupRuns, now };
  const app = createApp(router, () => services);
  let closed: Promise<void> | null = null;
  const close = (): Promise<void> => {
    closed ??= node.close();
    return closed;
  };
  onTestFinished(async () => {
    await close();
    crictl?.cleanup();
  });
  return {
    ...clientOf(app),
    app,
    /** The same on a free port. */
    listen: () => serving(app, { logger }),
    standIn,
    crictl,
    log: lines,
    services,
    /** Stops it as a process does. */
    close,
  };
}

export type Service = ReturnType<typeof createService>;

/** Pauses before another try do not take time. */
async function noPause(_ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await setImmediate();
}
