/** The large answers of a process: how they share encoded rows, and how many bytes of them are under way. */
import type { Part } from '../values/body-parts.ts';
import { type EncodedRows, encodeRows, type RowLists } from './encoded-rows.ts';

/** Lists of rows that were searched, sorted and cut. */
export interface FoundLists {
  readonly lists: RowLists;
}

interface EncodeOptions {
  readonly isPretty: boolean;
  /** Aborts when nobody waits any more. */
  readonly signal?: () => AbortSignal;
}

export interface LargeAnswers {
  /**
   * Encodes the rows of an answer, one answer after another. Rows that others send now are not encoded again, nor is
   * the same `found`.
   * @param found a function finds the rows when it is their turn
   * @throws Problem overloaded
   */
  encode<Found extends FoundLists>(
    found: Found | (() => Found),
    options: EncodeOptions,
  ): Promise<{ readonly found: Found; readonly encoded: EncodedRows }>;
  /** Runs work that makes a large answer, one after another. @throws Problem overloaded */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs work that makes and encodes the plan of a cleanup, which may name every artifact. @throws Problem overloaded */
  planInTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Counts parts as under way until the returned function is called. A part that several answers have counts once.
   * @throws Problem overloaded
   */
  hold(parts: readonly Part[]): () => void;
}

/** For runtimes where requests share nothing, and for short lists. */
export const separateAnswers: LargeAnswers = {
  encode: async (given, options) => {
    const found = typeof given === 'function' ? given() : given;
    return { found, encoded: await encodeRows(found.lists, options) };
  },
  inTurn: (work) => work(),
  planInTurn: (work) => work(),
  hold: () => () => undefined,
};
