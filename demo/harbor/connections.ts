/** Harbor running out of database connections: pages that it answers at once take many of them. */
import type { FaultAnswer, Faults, RecordedCall } from './faults.ts';

export interface ConnectionLimit {
  /** So many lists at once are answered right. */
  readonly lists: number;
  /** The fault of each further one; default: its sub-queries fail. */
  readonly beyond?: Faults;
}

const STARVED: FaultAnswer = { failSubQueries: {} };

/** Counts the lists that are being answered. */
export class Connections {
  #open = 0;

  /** Takes a connection for a list. Returns what the lack of one does to the call. */
  take(call: RecordedCall, limit: ConnectionLimit | null): FaultAnswer {
    if (call.list === null) return {};
    this.#open += 1;
    if (limit === null || this.#open <= limit.lists) return {};
    return limit.beyond === undefined ? STARVED : (limit.beyond(call) ?? {});
  }

  release(call: RecordedCall): void {
    if (call.list !== null) this.#open -= 1;
  }
}
