/** A bridge in memory. A test changes what its host has while the service works. */
import type {
  Bridge,
  HostContainer,
  HostImage,
  HostReading,
  HostReadOptions,
  NodeFacts,
  NodeReading,
} from '../../shared/ports/bridge.ts';
import { steadyReading, wholeNode } from '../../shared/ports/node-reading.ts';
import type { Problem } from '../../shared/values/problem.ts';

/** What a host has. */
export interface MemoryHost {
  images: readonly HostImage[];
  containers: readonly HostContainer[];
  /** Null: the bridge is of the previous wire version. */
  facts: NodeFacts | null;
  /** Sockets, if it is not known which runtime runs the pods. */
  ambiguous: readonly string[];
  /** Why it cannot be read; null: it can. */
  failure: Problem | null;
}

/** Makes the bridge of a host, which may be changed. */
export function memoryBridge(given: Partial<MemoryHost> = {}): {
  readonly bridge: Bridge;
  readonly host: MemoryHost;
} {
  const host: MemoryHost = {
    images: [],
    containers: [],
    facts: { name: 'host-1', instance: 'i', runtime: null, image_filesystems: null },
    ambiguous: [],
    failure: null,
    ...given,
  };
  const readings = {
    images: async (options?: HostReadOptions) => readingOf(host, host.images, options),
    containers: async (options?: HostReadOptions) => readingOf(host, host.containers, options),
  };
  let known: NodeReading | null = null;
  const bridge: Bridge = {
    configured: true,
    ...readings,
    node: async (options) => {
      const { reading, ageMs } = await wholeNode(
        { ...readings, now: () => performance.now() },
        options,
      );
      known = steadyReading({ ...reading, facts: host.facts }, known);
      return { reading: known, ageMs };
    },
    runtimeExpected: () => true,
  };
  return { bridge, host };
}

function readingOf<Row>(
  { ambiguous, failure }: MemoryHost,
  rows: readonly Row[],
  options: HostReadOptions = {},
): HostReading<Row> {
  options.signal?.().throwIfAborted();
  if (failure !== null) throw failure;
  return { rows, startedAtMs: Date.now(), ageMs: 0, ...(ambiguous.length > 0 && { ambiguous }) };
}
