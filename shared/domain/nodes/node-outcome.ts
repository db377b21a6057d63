/** One reading of one node, and what it proves. */
import pTimeout from 'p-timeout';
import type { Bridge, NodeReading } from '../../ports/bridge.ts';
import type { NodeState } from '../../ports/nodes.ts';
import type { UpstreamCalls } from '../../ports/tracing/upstream-calls.ts';
import { Problem } from '../../values/problem.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { runtimeDoubt } from './runtime-doubt.ts';

/** A bridge that is a node. */
export interface NodeSource {
  /** The configured name; null: the bridge says it. */
  readonly name: string | null;
  /** The address of the bridge, for messages, and the name of the node until the bridge has said one. */
  readonly address: string;
  readonly bridge: Bridge;
}

/** How a node was read, before it has its name. The problem does not name it yet. */
export type NodeOutcome = Omit<NodeState, 'name'>;

export interface ReadNodeOptions {
  /** For all calls of this reading together. */
  readonly timeoutMs: number;
  readonly fresh: boolean;
  readonly signal?: AbortSignal;
  readonly requestId?: string | undefined;
  readonly calls?: UpstreamCalls | undefined;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Bridges tell ages in whole seconds. */
const ROUNDING_MS = 1000;

/**
 * Reads a node. A bridge that fails, or does not answer in time, does not reject.
 * @throws the signal's reason
 */
export async function readNodeOnce(
  { bridge, address }: NodeSource,
  options: ReadNodeOptions,
): Promise<NodeOutcome> {
  const { timeoutMs, fresh, signal, requestId, calls, monotonic, now } = options;
  const startedAt = { monotonicMs: monotonic(), epochMs: now() };
  try {
    const { reading, ageMs, containersAgeMs } = await withOwnSignal(signal, (own) => {
      const read = () =>
        bridge.node({
          fresh,
          signal: () => own,
          ...(requestId !== undefined && { requestId }),
          ...(calls && { calls }),
        });
      // Called after the deadline has begun: a bridge with the same limit fails later, and its problem names no setting.
      const call = Promise.resolve().then(read);
      // In time even if the bridge does not react to its signal.
      return pTimeout(call, {
        milliseconds: timeoutMs,
        fallback: () => Promise.reject(lateProblem(address, timeoutMs)),
        signal: own,
      });
    });
    const tookMs = monotonic() - startedAt.monotonicMs;
    if (fresh && ageMs > tookMs + ROUNDING_MS) throw tooOldProblem(address, ageMs);
    // The run of a fresh reading began after this call.
    const beforeMs = fresh ? 0 : ageMs;
    return outcomeOf(reading, {
      readAtMs: startedAt.epochMs - beforeMs,
      ageMs: Math.max(tookMs + beforeMs, containersAgeMs ?? 0),
      containersAgeMs,
    });
  } catch (err) {
    signal?.throwIfAborted();
    return failedOutcome(problemOf(err));
  }
}

/** The outcome of a node without a reading. */
export function failedOutcome(problem: Problem): NodeOutcome {
  return { status: 'unreadable', readAtMs: null, ageMs: null, problem, reading: null };
}

/** The outcome so much later. */
export function aged(outcome: NodeOutcome, byMs: number): NodeOutcome {
  const { ageMs, containersAgeMs } = outcome;
  if (ageMs === null) return outcome;
  const later = { ...outcome, ageMs: ageMs + byMs };
  return containersAgeMs === undefined
    ? later
    : { ...later, containersAgeMs: containersAgeMs + byMs };
}

/** A reading is `ok` unless the runtime is in doubt. */
function outcomeOf(
  reading: NodeReading,
  time: Pick<NodeOutcome, 'readAtMs' | 'ageMs' | 'containersAgeMs'>,
): NodeOutcome {
  const problem = runtimeDoubt(reading);
  return { status: problem === null ? 'ok' : 'unreadable', ...time, problem, reading };
}

function problemOf(err: unknown): Problem {
  if (err instanceof Problem) return err;
  return new Problem(
    'internal',
    'The service failed to read it. Search the log for this request_id.',
    {
      cause: err,
    },
  );
}

function lateProblem(address: string, timeoutMs: number): Problem {
  return new Problem(
    'bridge_unavailable',
    `The bridge at ${address} did not answer within ${timeoutMs} ms (nodes_config.node_timeout_ms). ` +
      'See its log, and check whether its machine is overloaded.',
  );
}

function tooOldProblem(address: string, ageMs: number): Problem {
  return new Problem(
    'bridge_bad_response',
    `The bridge at ${address} answered with a reading that is ${Math.round(ageMs / 1000)} s old, although the ` +
      'service asked for a new one. If there is a cache in front of the bridge, remove it.',
  );
}
