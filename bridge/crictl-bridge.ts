/** The bridge in memory: this host's images and containers, by crictl. */
import type { Bridge } from '../shared/host/bridge.ts';
import type { Logger } from '../shared/log/logger.ts';
import type { CrictlConfiguration, CrictlKind } from './crictl-command.ts';
import { parseContainers, parseImages } from './crictl-output.ts';
import { createCrictlRunner } from './crictl-runner.ts';
import { type Host, mayExist, thisHost } from './host.ts';
import { createSharedRuns, type SharedRuns } from './shared-runs.ts';

/** Looking for crictl and sockets costs some thirty system calls: not for each request. */
const EXPECTED_MAX_AGE_MS = 5000;

export interface CrictlBridgeOptions {
  readonly crictl_config: CrictlConfiguration;
  readonly logger: Logger;
  /** Milliseconds since the epoch; default: the machine's clock. */
  readonly now?: () => number;
  /** Default: the machine that this process runs on. */
  readonly host?: Host;
}

export function createCrictlBridge(options: CrictlBridgeOptions): Bridge {
  const { crictl_config: configuration, logger, now = Date.now, host = thisHost() } = options;
  const runner = createCrictlRunner({ configuration, logger, host });

  function sharedRuns<Row>(kind: CrictlKind, parse: (stdout: string) => Row[]): SharedRuns<Row> {
    return createSharedRuns({
      name: kind,
      maxAgeMs: configuration.crictl_max_age_ms,
      now,
      run: async (signal) => {
        const startedAt = performance.now();
        const rows = parse(await runner.run(kind, signal));
        const ms = Math.round(performance.now() - startedAt);
        logger.log('DEBUG', `crictl answered ${kind}`, { ms, rows: rows.length });
        return rows;
      },
    });
  }

  function isRuntimeExpected(): boolean {
    if (configuration.crictl_path !== null) return true;
    if (configuration.crictl_runtime_endpoint !== null) return true;
    return runner.isInstalled() || host.sockets.some(mayExist);
  }
  let expected = { value: true, untilMs: Number.NEGATIVE_INFINITY };

  return {
    configured: true,
    images: sharedRuns('images', parseImages),
    containers: sharedRuns('containers', parseContainers),
    runtimeExpected: () => {
      const at = performance.now();
      if (at >= expected.untilMs) {
        expected = { value: isRuntimeExpected(), untilMs: at + EXPECTED_MAX_AGE_MS };
      }
      return expected.value;
    },
  };
}
