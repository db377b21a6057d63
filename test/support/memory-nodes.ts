/** Nodes in memory whose readings take time: each read asks all hosts anew. A test changes them while the service works. */
import type { Clock } from '../../demo/harbor/clock.ts';
import type { NodeOutcome } from '../../shared/domain/nodes/node-outcome.ts';
import { readTogether } from '../../shared/domain/nodes/read-together.ts';
import { runtimeDoubt } from '../../shared/domain/nodes/runtime-doubt.ts';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import type { Nodes, NodesReadOptions } from '../../shared/ports/nodes.ts';
import { compareTexts } from '../../shared/values/compare-texts.ts';
import type { Problem } from '../../shared/values/problem.ts';

/** How long a reading takes, unless a test says otherwise. */
const RUN_MS = 40;

/** A host. A test changes it while the service works. */
export interface WorldHost {
  images: readonly HostImage[];
  containers: readonly HostContainer[];
  /** Sockets, if it is not known which runtime runs the pods. */
  ambiguous: readonly string[];
  /** True if the bridge says so when there is no container. */
  hadContainers: boolean;
  /** True if the bridge does not know the sandbox image. */
  sandboxUnknown: boolean;
  /** Why the host cannot be read; null: it can. */
  failure: Problem | null;
  /** How long the list of images takes; what is listed is what was there when it began. */
  runMs: number;
  /** The same of the list of containers, which begins afterwards. */
  psMs: number;
  /** Starts of readings, by the clock. */
  readonly runs: number[];
  /** Called when a reading begins. */
  onRun: () => void;
}

export function worldHost(given: Partial<WorldHost>): WorldHost {
  return {
    images: [],
    containers: [],
    ambiguous: [],
    hadContainers: false,
    sandboxUnknown: false,
    failure: null,
    runMs: RUN_MS,
    psMs: 0,
    runs: [],
    onRun: () => undefined,
    ...given,
  };
}

/** Each read asks all hosts anew, side by side. */
export function worldNodes(
  hosts: ReadonlyMap<string, WorldHost>,
  { clock, configured }: { readonly clock: Clock; readonly configured: boolean },
): Nodes {
  const read = async (demand: NodesReadOptions) => {
    demand.signal?.().throwIfAborted();
    return readTogether([...hosts].toSorted(byName), {
      read: async ([name, host]) => ({
        source: { name, address: name },
        outcome: await readHost(host, clock),
      }),
      demand,
      monotonic: clock.now,
    });
  };
  return {
    configured,
    read,
    readOne: async (asked, demand) =>
      (await read(demand)).nodes.find(({ name }) => name === asked) ?? null,
  };
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compareTexts(a, b);
}

async function readHost(host: WorldHost, clock: Clock): Promise<NodeOutcome> {
  const readAtMs = clock.now();
  host.runs.push(readAtMs);
  host.onRun();
  const { images, failure: imagesFailure } = host;
  await clock.sleep(host.runMs);
  const listedAtMs = clock.now();
  const { ambiguous, containers, failure } = host;
  const containersMissing = host.hadContainers && containers.length === 0;
  await clock.sleep(host.psMs);
  const { sandboxUnknown } = host;
  const reading = { facts: null, images, containers, sandboxUnknown };
  const ageMs = clock.now() - readAtMs;
  const containersAgeMs = clock.now() - listedAtMs;
  const unreadable = (problem: Problem): NodeOutcome => {
    return { status: 'unreadable', readAtMs: null, ageMs: null, problem, reading: null };
  };
  const failed = imagesFailure ?? failure;
  if (failed !== null) return unreadable(failed);
  const problem = runtimeDoubt({ images, containers, ambiguous, containersMissing });
  if (problem !== null) return { ...unreadable(problem), reading };
  return { status: 'ok', readAtMs, ageMs, containersAgeMs, problem, reading };
}
