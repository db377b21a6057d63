/**
 * Rows of a long list as the JSON bytes of the answer: a page is encoded when it arrives, and its objects are
 * dropped.
 */
import type { Part } from '../../values/body-parts.ts';

/** A row in the bytes of its page. */
export interface PackedRow {
  readonly page: Part;
  /** Where the row starts, with its separator. */
  readonly start: number;
  readonly end: number;
}

export interface Packer {
  /** Encodes the rows of a page. */
  pack(rows: readonly object[]): PackedRow[];
  /** The JSON array of packed rows: its parts, in order. */
  parts(rows: readonly PackedRow[]): Part[];
}

/** Makes the packer of one answer. Its layout is that of `stringify`. */
export function createPacker(isPretty: boolean): Packer {
  const encoder = new TextEncoder();
  const [separator, end] = isPretty ? [',\n  ', '\n]\n'] : [',', ']'];
  const textOf = isPretty ? indented : (row: object) => JSON.stringify(row);
  let scratch = new Uint8Array();

  return {
    pack(rows) {
      const texts = rows.map((row) => separator + textOf(row));
      const chars = texts.reduce((sum, text) => sum + text.length, 0);
      // A UTF-16 unit becomes three bytes of UTF-8 at most.
      if (scratch.length < 3 * chars) scratch = new Uint8Array(3 * chars);
      let filled = 0;
      const ends = texts.map((text) => {
        filled += encoder.encodeInto(text, scratch.subarray(filled)).written;
        return filled;
      });
      const page = scratch.slice(0, filled);
      return ends.map((end, index) => ({ page, start: ends[index - 1] ?? 0, end }));
    },

    parts(rows) {
      const [first, ...others] = stretches(rows);
      if (first === undefined) return [encoder.encode(isPretty ? '[]\n' : '[]')];
      const head = encoder.encode(`[${separator.slice(1)}`);
      return [head, first.subarray(separator.length), ...others, encoder.encode(end)];
    },
  };
}

/** The bytes of the rows, those that follow each other in their page together. */
function stretches(rows: readonly PackedRow[]): Part[] {
  const parts: Part[] = [];
  let page: Part | null = null;
  let start = 0;
  let end = 0;
  for (const row of rows) {
    if (row.page !== page || row.start !== end) {
      if (page !== null) parts.push(page.subarray(start, end));
      ({ page, start } = row);
    }
    end = row.end;
  }
  if (page !== null) parts.push(page.subarray(start, end));
  return parts;
}

/** As in an array that `JSON.stringify` indents by two. */
function indented(row: object): string {
  return JSON.stringify([row], null, 2).slice('[\n  '.length, -'\n]'.length);
}
