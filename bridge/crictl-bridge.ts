/** The bridge in this process: reads the images and containers of this host with crictl. */

import type { Bridge, HostReading, HostReadOptions, NodeReading } from '../shared/ports/bridge.ts';
import type { Logger } from '../shared/ports/logger.ts';
import { type BaseMetrics, noBaseMetrics } from '../shared/ports/metrics/base-metrics.ts';
import { steadyReading, wholeNode } from '../shared/ports/node-reading.ts';
import { QUEUE_LIMITS } from '../shared/values/waiting/queue-limits.ts';
import { createSharedRuns } from '../shared/values/waiting/shared-runs.ts';
import type { CrictlConfiguration, CrictlKind } from './crictl-command.ts';
import { createCrictlFacts } from './crictl-facts.ts';
import { callerObserver, createRunObserver } from './crictl-observers.ts';
import { parseContainers, parseImages } from './crictl-output.ts';
import { createCrictlRunner } from './crictl-runner.ts';
import { type Host, mayExist, thisHost } from './host.ts';
import { hasKubelet } from './kubelet-socket.ts';
import { type SandboxFacts, withSandbox } from './sandbox-image.ts';

/** The search for crictl and runtimes takes about forty system calls, which is too many for each request. */
const EXPECTED_MAX_AGE_MS = 5000;

/** Characters. Longer output is not kept for the next run. */
const MAX_KEPT_OUTPUT = 1024 * 1024;

export interface CrictlBridgeOptions {
  readonly crictl_config: CrictlConfiguration;
  readonly logger: Logger;
  /** `bridge_config.node_name`; null: the host name. */
  readonly nodeName?: string | null;
  /** How long a reading of the node waits for facts. Default: 2 s. */
  readonly maxFactsWaitMs?: number;
  /** Milliseconds on a clock that never jumps; default: `performance.now`. */
  readonly now?: () => number;
  /** Default: nothing is counted. */
  readonly metrics?: Pick<BaseMetrics, 'queue' | 'count' | 'crictlRan'>;
  /** Default: the machine of this process. */
  readonly host?: Host;
}

const monotonicMs = (): number => performance.now();

export function createCrictlBridge(options: CrictlBridgeOptions): Bridge {
  const { crictl_config: configuration, logger, now = monotonicMs, host = thisHost() } = options;
  const { metrics = noBaseMetrics } = options;
  const observeRun = createRunObserver({ metrics, now });
  const runner = createCrictlRunner({ configuration, logger, host, now });
  const { maxFactsWaitMs: maxWaitMs } = options;
  const readFacts = createCrictlFacts({ runner, observeRun, logger, now, maxWaitMs });
  const identity = { name: options.nodeName ?? host.name, instance: crypto.randomUUID() };

  async function list<Row>(
    kind: CrictlKind,
    parse: (stdout: string) => readonly Row[],
    signal: AbortSignal,
  ) {
    const startedAt = now();
    const { stdout, ambiguous } = await runner.run(kind, signal);
    const rows = parse(stdout);
    const ms = Math.round(now() - startedAt);
    logger.log('DEBUG', `crictl listed ${kind}`, { ms, rows: rows.length });
    return ambiguous.length === 0 ? { rows } : { rows, ambiguous };
  }

  function listOf<Row>(kind: 'images' | 'containers', parse: (stdout: string) => readonly Row[]) {
    const read = onlyChanges(parse);
    const runs = createSharedRuns({
      name: `the list of this host's ${kind}`,
      maxAgeMs: configuration.crictl_max_age_ms,
      maxWaiting: QUEUE_LIMITS[`crictl_${kind}`],
      now,
      observer: callerObserver(metrics, kind),
      run: (signal) => observeRun({ kind, signal }, () => list(kind, read, signal)),
    });
    return async ({ fresh, signal }: HostReadOptions = {}): Promise<HostReading<Row>> => {
      const { value, startedAtMs, ageMs } = await runs(
        fresh ? { maxAgeMs: 0, signal } : { signal },
      );
      // With the spread in front V8 takes twenty times as long.
      return { startedAtMs, ageMs, ...value };
    };
  }

  function isRuntimeExpected(): boolean {
    if (configuration.crictl_path !== null) return true;
    if (configuration.crictl_runtime_endpoint !== null) return true;
    if (Object.keys(host.environment).length > 0) return true;
    const traces = [host.crictlConfigFile, ...host.sockets, ...host.runtimeTraces];
    return runner.isInstalled() || traces.some(mayExist);
  }
  let expected = { value: true, untilMs: Number.NEGATIVE_INFINITY };

  let hadContainers = false;
  function doubtsOf(
    { images, containers }: Pick<NodeReading, 'images' | 'containers'>,
    { runningUnread = false }: SandboxFacts,
  ) {
    if (containers.length > 0) {
      hadContainers = true;
      // Some image is that of their sandboxes. The configuration and pins do not tell that of pods older than a change.
      const isUnknown = runningUnread || images.every(({ sandbox }) => sandbox === null);
      return isUnknown ? { sandboxUnknown: true } : {};
    }
    // After a reboot CRI-O has images, and no containers until the kubelet creates them again.
    return hadContainers || hasKubelet(host) ? { containersMissing: true } : {};
  }

  let known: NodeReading | null = null;
  async function node(call?: HostReadOptions) {
    const reads = readFacts();
    const afterFacts = async (options?: HostReadOptions) => {
      await reads;
      return containers(options);
    };
    const { reading, ...ages } = await wholeNode({ images, containers: afterFacts, now }, call);
    const { sandbox, ...facts } = await reads;
    const marked = { ...reading, images: withSandbox(reading.images, sandbox) };
    const said = { ...marked, ...doubtsOf(marked, sandbox), facts: { ...identity, ...facts } };
    known = steadyReading(said, known);
    return { reading: known, ...ages };
  }

  const images = listOf('images', parseImages);
  const containers = listOf('containers', parseContainers);
  return {
    configured: true,
    images,
    containers,
    node,
    runtimeExpected: () => {
      const at = now();
      if (at >= expected.untilMs) {
        expected = { value: isRuntimeExpected(), untilMs: at + EXPECTED_MAX_AGE_MS };
      }
      return expected.value;
    },
  };
}

/**
 * Parses only output that differs from the one before. A host's images rarely change, and what is made of the same
 * rows is kept with them (`Memo`).
 */
function onlyChanges<Rows>(parse: (stdout: string) => Rows): (stdout: string) => Rows {
  let last: { readonly stdout: string; readonly rows: Rows } | null = null;
  return (stdout) => {
    if (last?.stdout === stdout) return last.rows;
    const rows = parse(stdout);
    last = stdout.length > MAX_KEPT_OUTPUT ? null : { stdout, rows };
    return rows;
  };
}
