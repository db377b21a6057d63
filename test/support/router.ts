/** A router as `start/router.ts` builds it, or one function, in process. */
import { onTestFinished } from 'vitest';
import { router } from '../../functions/router.ts';
import { createApp } from '../../shared/http/app.ts';
import type { Services } from '../../shared/http/function-services.ts';
import type { AnyFunction } from '../../shared/http/routes.ts';
import { createNodeServices } from '../../shared/node/node-services.ts';
import { connectBridge } from '../../shared/node/upstreams/bridge-transport.ts';
import { type Metrics, noMetrics } from '../../shared/ports/metrics/metrics.ts';
import { clientOf, serving } from './client.ts';
import { configurationOf } from './configuration.ts';
import { memoryLog } from './log.ts';

/** Makes the router; it ends with the test. */
export function createRouter(
  file: object,
  options: {
    readonly fn?: AnyFunction;
    readonly parts?: Partial<Services>;
    /** Default: none are kept. */
    readonly metrics?: Metrics;
  } = {},
) {
  const { fn = router, parts = {}, metrics = noMetrics } = options;
  const configuration = configurationOf({ ignore_file_path: '/nonexistent.txt', ...file });
  const { logger, lines } = memoryLog();
  const { bridge, close } = connectBridge(configuration, {}, { metrics });
  const node = createNodeServices({
    configuration,
    logger,
    metrics,
    bridge,
    environment: {},
    watching: false,
  });
  const app = createApp(fn, () => ({ ...node.services, ...parts }));
  onTestFinished(async () => {
    await node.close();
    await close();
  });
  return { app, ...clientOf(app), listen: () => serving(app), log: lines };
}
