/** Harbor runs out of database connections: each page of a list takes several of them. */
import type { FaultAnswer, Faults, RecordedCall } from './faults.ts';

export interface ConnectionLimit {
  /** The number of concurrent lists that get a correct answer. */
  readonly lists: number;
  /** The fault of each list beyond them; default: its sub-queries fail. */
  readonly beyond?: Faults;
}

const STARVED: FaultAnswer = { failSubQueries: {} };

/** Counts the lists that are being answered. */
export class Connections {
  #open = 0;

  /** Counts a list in. Returns the fault of a list beyond the limit. */
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
