/** The lines of the journal as text. */

import {
  JOURNAL_OUTCOMES,
  type JournalLine,
  type JournalOutcome,
  journalLineSchema,
} from '../../ports/journal-record.ts';
import { parseJson } from '../../values/parse-json.ts';

/** The beginning of each line. It cannot be inside one, because JSON escapes quotes. */
const START = '{"time":"';
/** The members that each line begins with. */
const HEAD = /^\{"time":"([^"]*)","id":"([\w-]+)","event":"(?:(intent)|outcome)",/;
/** The last member of an outcome. */
const OUTCOME = new RegExp(`,"outcome":"(${JOURNAL_OUTCOMES.join('|')})"\\}$`);

/** A line of which only the beginning and the end have been read, because that is many times as fast. */
export interface PeekedLine {
  readonly time: string;
  readonly id: string;
  /** The outcome of the deletion; null: the line is an intent. */
  readonly outcome: JournalOutcome | null;
  readonly text: string;
}

/** The text of a line, with its line feed. */
export function journalText(line: JournalLine): string {
  const { time, id, event, ...rest } = line;
  return `${JSON.stringify({ time, id, event, ...rest })}\n`;
}

/**
 * Reads the beginning and the end of a line.
 * @param text without its line feed
 * @returns null if the line is damaged
 */
export function peekLine(text: string): PeekedLine | null {
  const [, time, id, intent] = HEAD.exec(text) ?? [];
  if (time === undefined || id === undefined) return null;
  if (intent !== undefined) return text.endsWith('}') ? { time, id, outcome: null, text } : null;
  const [, ending] = OUTCOME.exec(text.slice(-40)) ?? [];
  const outcome = JOURNAL_OUTCOMES.find((known) => known === ending);
  return outcome === undefined ? null : { time, id, outcome, text };
}

/** Reads a line. Null: it is damaged. */
export function readLine(text: string): JournalLine | null {
  return journalLineSchema.safeParse(parseJson(text)).data ?? null;
}

/**
 * The whole line at the end of a text that begins with a cut one. Two processes may leave that: one writes a
 * part of its line because the disk is full, after the other has looked at the end of the file.
 */
export function lastLineOf(text: string): { readonly line: string; readonly isCut: boolean } {
  const start = text.lastIndexOf(START);
  return start <= 0 ? { line: text, isCut: false } : { line: text.slice(start), isCut: true };
}
