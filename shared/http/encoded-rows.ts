/**
 * The JSON of lists that may be large: /compare names every node for every image. It is made in parts, so that
 * memory holds it once, and not also as one text.
 */

import { entityTag, type Part } from '../values/body-parts.ts';
import { isRecord } from '../values/is-record.ts';
import type { Row } from '../values/list.ts';
import type { GiveWay } from '../values/waiting/give-way.ts';

/** The lists of an answer, by the names of their members. */
export type RowLists = Readonly<Record<string, readonly Row[]>>;

export interface EncodedRows {
  /** The members of an object: what comes after its first members, a comma included, with its end. */
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  /** A strong validator of them. */
  readonly tag: string;
}

/** A part has so many rows at most. */
const ROWS_OF_A_PART = 100;

/** Encodes the lists as members of an object, in the layout of `stringify`. */
export async function encodeRows(
  lists: RowLists,
  { isPretty }: { readonly isPretty: boolean },
): Promise<EncodedRows> {
  const encoder = new TextEncoder();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const tags: string[] = [];
  for (const text of textsOf(lists, isPretty ? PRETTY : COMPACT)) {
    const part = encoder.encode(text);
    parts.push(part);
    tags.push(await entityTag(part));
  }
  return { parts, tag: await entityTag(encoder.encode(tags.join())) };
}

/** Encodes an object in the layout of `stringify`. Its long lists are made in parts, and other work runs in between. */
export async function encodeDocument(
  document: Readonly<Record<string, unknown>>,
  { isPretty, giveWay }: { readonly isPretty: boolean; readonly giveWay: GiveWay },
): Promise<readonly Part[]> {
  const encoder = new TextEncoder();
  const parts: Part[] = [];
  for (const text of documentTexts(document, isPretty ? PRETTY : COMPACT)) {
    parts.push(encoder.encode(text));
    await giveWay();
  }
  return parts;
}

/** The text that `JSON.stringify` writes around members and rows. */
interface Layout {
  readonly indent: number;
  readonly beforeMember: string;
  readonly afterName: string;
  readonly beforeRow: string;
  readonly afterRows: string;
  readonly end: string;
  /** The end of an object that nothing follows. */
  readonly closing: string;
}
const COMPACT: Layout = {
  indent: 0,
  beforeMember: '',
  afterName: ':',
  beforeRow: '',
  afterRows: '',
  end: '}',
  closing: '}',
};
const PRETTY: Layout = {
  indent: 2,
  beforeMember: '\n  ',
  afterName: ': ',
  beforeRow: '\n    ',
  afterRows: '\n  ',
  end: '\n}\n',
  closing: '\n}',
};

function* textsOf(lists: RowLists, layout: Layout): Generator<string> {
  for (const [name, rows] of Object.entries(lists)) yield* memberTexts(name, rows, layout);
  yield layout.end;
}

function* memberTexts(
  name: string,
  rows: readonly Row[],
  layout: Layout,
  before = ',',
): Generator<string> {
  const { beforeMember, afterName, beforeRow, afterRows } = layout;
  yield `${before}${beforeMember}${JSON.stringify(name)}${afterName}[`;
  for (let start = 0; start < rows.length; start += ROWS_OF_A_PART) {
    const part = rows.slice(start, start + ROWS_OF_A_PART);
    yield `${start === 0 ? '' : ','}${beforeRow}${rowsText(part, layout)}`;
  }
  yield rows.length === 0 ? ']' : `${afterRows}]`;
}

function* documentTexts(
  document: Readonly<Record<string, unknown>>,
  layout: Layout,
): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue;
    if (isLongList(value)) {
      yield* memberTexts(name, value, layout, before);
    } else {
      const text = JSON.stringify({ [name]: value }, null, layout.indent);
      yield before + text.slice(1, text.length - layout.closing.length);
    }
    before = ',';
  }
  yield layout.end;
}

function isLongList(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > ROWS_OF_A_PART && value.every(isRecord);
}

/** The rows alone, indented as rows of a member are. */
function rowsText(rows: readonly Row[], { indent }: Layout): string {
  const text = JSON.stringify([rows], null, indent);
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
}
