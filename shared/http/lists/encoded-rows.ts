/**
 * The JSON of lists that may be large: /compare names every node for every image. It is made in parts, so that
 * memory holds it once, and not also as one text.
 */

import { entityTag } from '../../values/body-parts.ts';
import type { Row } from '../../values/list.ts';

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

/** The text that `JSON.stringify` writes around members and rows. */
interface Layout {
  readonly indent: number;
  readonly beforeMember: string;
  readonly afterName: string;
  readonly beforeRow: string;
  readonly afterRows: string;
  readonly end: string;
}
const COMPACT: Layout = {
  indent: 0,
  beforeMember: '',
  afterName: ':',
  beforeRow: '',
  afterRows: '',
  end: '}',
};
const PRETTY: Layout = {
  indent: 2,
  beforeMember: '\n  ',
  afterName: ': ',
  beforeRow: '\n    ',
  afterRows: '\n  ',
  end: '\n}\n',
};

function* textsOf(lists: RowLists, layout: Layout): Generator<string> {
  const { beforeMember, afterName, beforeRow, afterRows, end } = layout;
  for (const [name, rows] of Object.entries(lists)) {
    yield `,${beforeMember}${JSON.stringify(name)}${afterName}[`;
    for (let start = 0; start < rows.length; start += ROWS_OF_A_PART) {
      const part = rows.slice(start, start + ROWS_OF_A_PART);
      yield `${start === 0 ? '' : ','}${beforeRow}${rowsText(part, layout)}`;
    }
    yield rows.length === 0 ? ']' : `${afterRows}]`;
  }
  yield end;
}

/** The rows alone, indented as rows of a member are. */
function rowsText(rows: readonly Row[], { indent }: Layout): string {
  const text = JSON.stringify([rows], null, indent);
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
}
