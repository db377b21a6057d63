/** Reads what the hosts have for a delivery of Harbor's webhooks. */

import type { Bridge, HostContainer, HostImage } from '../../ports/bridge.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Nodes, NodesReading } from '../../ports/nodes.ts';
import { Problem, type ProblemCode } from '../../values/problem.ts';

/** Problems of a busy bridge, which say nothing about the host. */
const BUSY: readonly ProblemCode[] = ['rate_limited', 'overloaded'];
const BUSY_PAUSE_MS = 1_000;

export interface HostReadingOptions {
  readonly images: Bridge['images'];
  /** By default it is not known what runs. */
  readonly containers?: Bridge['containers'];
  /** Read instead of the one host if they are configured. */
  readonly nodes?: Pick<Nodes, 'configured' | 'read'>;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
}

/** One host. */
export interface EventHost {
  /** The name of the node; null: it is the only host. */
  readonly node: string | null;
  readonly images: readonly HostImage[];
  /** The containers of the host; null: not known. */
  readonly containers: readonly HostContainer[] | null;
}

/** The hosts, and those that could not be read. */
export interface EventHosts {
  readonly hosts: readonly EventHost[];
  readonly unread: readonly { readonly node: string; readonly problem: Problem }[];
}

export interface HostReadingCall {
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** True if containers matter. */
  readonly withContainers?: boolean;
}

/**
 * Reads the hosts by readings that begin now. Tries again while a bridge is busy, until the signal aborts.
 * @returns the hosts, or why none could be read; never rejects
 */
export async function readEventHosts(
  options: HostReadingOptions,
  call: HostReadingCall,
): Promise<EventHosts | Problem> {
  for (;;) {
    const found = await readOnce(options, call);
    if (!isBusy(found)) return found;
    const isTimeLeft = await options.sleep(BUSY_PAUSE_MS, call.signal).then(
      () => !call.signal.aborted,
      () => false,
    );
    if (!isTimeLeft) return found;
  }
}

function isBusy(found: EventHosts | Problem): boolean {
  return found instanceof Problem
    ? BUSY.includes(found.code)
    : found.unread.some(({ problem }) => BUSY.includes(problem.code));
}

async function readOnce(
  options: HostReadingOptions,
  call: HostReadingCall,
): Promise<EventHosts | Problem> {
  const { signal, requestId } = call;
  try {
    if (options.nodes?.configured) {
      const fresh = { maxAgeMs: 0, allowStale: false, signal: () => signal, requestId };
      return hostsOf(await options.nodes.read(fresh));
    }
    const [images, containers] = await Promise.all([
      options.images({ fresh: true, signal: () => signal, requestId }),
      call.withContainers ? readContainers(options, call) : null,
    ]);
    return { hosts: [{ node: null, images: images.rows, containers }], unread: [] };
  } catch (err) {
    if (err instanceof Problem) return err;
    if (signal.aborted) return new Problem('crictl_timeout', 'The host did not answer in time.');
    options.logger.log('ERROR', 'reading the host for a webhook failed', {
      request_id: requestId,
      err,
    });
    return new Problem('internal', "Reading the host's images failed; see the log.");
  }
}

/** Reads the containers; null if they cannot be read: the images alone decide most effects. */
async function readContainers(
  { containers }: HostReadingOptions,
  { signal, requestId }: HostReadingCall,
): Promise<readonly HostContainer[] | null> {
  if (containers === undefined) return null;
  try {
    return (await containers({ fresh: true, signal: () => signal, requestId })).rows;
  } catch (err) {
    if (err instanceof Problem) return null;
    throw err;
  }
}

/** Lists hosts and unread nodes. A node in doubt is both: what it shows counts, but it does not show all. */
function hostsOf({ nodes }: NodesReading): EventHosts {
  return {
    hosts: nodes.flatMap(({ name, reading }) =>
      reading === null
        ? []
        : { node: name, images: reading.images, containers: reading.containers },
    ),
    unread: nodes.flatMap(({ name, problem }) => (problem === null ? [] : { node: name, problem })),
  };
}
