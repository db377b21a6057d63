/** The ports that the domain works with, made once for a process or for a set of bindings. */
import type { Configuration } from '../values/configuration/configuration.ts';
import type { GiveWay } from '../values/waiting/give-way.ts';
import type { Bridge } from './bridge.ts';
import type { IgnoreList } from './ignore-list.ts';
import type { Journal } from './journal.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Nodes } from './nodes.ts';
import type { Registry } from './registry.ts';

/** A key of a kept value: an object that is another one whenever it differs, or a value without parts. */
export type MemoKey = object | string | number | boolean | null | undefined;

/**
 * Calls `make` with these arguments once, and keeps what it returns as long as the objects among them live. `make` is a
 * function of a module, so it knows nothing but its arguments: a value can depend on nothing that is not in its key. The
 * first argument is what the value is made from. The others have few values, because each is kept.
 */
export type Memo = <Args extends readonly [object, ...MemoKey[]], T>(
  make: (...args: Args) => T,
  ...args: Args
) => T;

/** Keeps nothing. */
export const noMemo: Memo = (make, ...args) => make(...args);

/** A domain function takes those that it needs: `Pick<DomainServices, 'nodes' | 'memo'>`. */
export interface DomainServices {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Counts what happens. On an edge runtime nothing is kept. */
  readonly metrics: Metrics;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a monotonic clock, for durations. */
  readonly monotonic: () => number;
  /** True if the process has been told to stop, so that long work begins nothing new. */
  readonly isStopping: () => boolean;
  readonly registry: Registry;
  /** If no bridge is configured: one that rejects every read. */
  readonly bridge: Bridge;
  /** All nodes; the bridge is one of them. */
  readonly nodes: Nodes;
  /** The journal of deletions. */
  readonly journal: Journal;
  /** The ignore list in force. */
  readonly ignoreList: () => IgnoreList;
  readonly memo: Memo;
  /** Long work calls it after each step. */
  readonly giveWay: GiveWay;
}
