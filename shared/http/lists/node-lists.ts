/**
 * The answers over nodes: objects with `complete`, `nodes` and one or more lists of rows, which are searched,
 * sorted and sliced as other lists are.
 */

import { nodesMembersOf } from '../../domain/nodes/nodes-answer.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import { entityTag } from '../../values/body-parts.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import {
  filterAndSort,
  type ListDefinition,
  type ListOptions,
  listOptions,
  type Row,
} from '../../values/list.ts';
import type { Slice } from '../../values/slice.ts';
import { stringify } from '../json-answer.ts';
import { type FoundLists, separateAnswers } from '../large-answers.ts';
import { type ListContext, listAnswer } from './list-answer.ts';

/** A member of an answer that has rows. */
export interface RowList {
  readonly name: string;
  /** The rows that `q` finds, in the order of `sort`. It depends on nothing else. */
  readonly find: (options: ListOptions) => {
    readonly rows: readonly Row[];
    readonly sums: RowSums;
  };
}

/** Members of an answer that follow from the rows of all slices. */
type RowSums = Readonly<Record<string, unknown>>;

export interface AnswerOverNodes {
  readonly reading: Pick<NodesReading, 'nodes' | 'complete'>;
  /**
   * A slice counts through all of them, in this order. If it is the same array as in an earlier answer (`Memo`), the
   * complete lists are serialised once.
   */
  readonly lists: readonly RowList[];
  /** Members besides the rows. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Makes a member of an answer from its rows. */
export function rowList<R extends Row>(
  name: string,
  rows: readonly R[],
  definition: ListDefinition<R>,
  sumsOf: (found: readonly R[]) => RowSums = () => ({}),
): RowList {
  return {
    name,
    find: (options) => {
      const found = filterAndSort(rows, options, definition);
      return { rows: found, sums: sumsOf(found) };
    },
  };
}

/**
 * Answers `{complete, nodes, …extra, …sums, …lists}`: 200, or 304 if the client has it already. `X-Total-Count`
 * counts the rows of all lists. The validator is weak, because it does not cover when the nodes were read.
 */
export async function answerOverNodes(
  c: ListContext,
  { reading, lists, extra = {} }: AnswerOverNodes,
): Promise<Response> {
  const options = listOptions(c.req.valid('query'));
  const { memo, configuration, largeAnswers } = c.get('services');
  const { slice, q, sort } = options;
  const layout = { isPretty: configuration.app_config.jsonify_prettyprint_regular };
  // There are few orders, so what each finds is kept. A search can be any text, so it is not. A slice is short.
  const encode = slice === null ? largeAnswers.encode : separateAnswers.encode;
  const { found, encoded } = await encode(
    slice === null && q === null
      ? memo(completeRows, lists, sort?.field, sort?.descending)
      : () => findRows(lists, options),
    { ...layout, signal: () => c.req.raw.signal },
  );
  const members = { ...nodesMembersOf(reading), ...extra, ...found.sums };
  const etag = await weakTag({
    ...members,
    nodes: members.nodes.map(withoutTimes),
    rows: encoded.tag,
  });
  const parts = () => [headOf(members, configuration), ...encoded.parts];
  return listAnswer(c, { parts, etag }, { total: found.total, slice });
}

/** A weak validator of a value, for answers that differ in more than it covers. */
export async function weakTag(value: unknown): Promise<string> {
  return `W/${await entityTag(new TextEncoder().encode(JSON.stringify(value)))}`;
}

/** A row without the members that differ each time a node is read. */
export function withoutTimes<R extends { readonly read_at: unknown; readonly age_ms: unknown }>({
  read_at,
  age_ms,
  ...steady
}: R): Omit<R, 'read_at' | 'age_ms'> {
  return steady;
}

interface FoundRows extends FoundLists {
  readonly total: number;
  readonly sums: RowSums;
}

function completeRows(
  lists: readonly RowList[],
  field: string | undefined,
  descending = false,
): FoundRows {
  const sort = field === undefined ? null : { field, descending };
  return findRows(lists, { slice: null, q: null, sort });
}

function findRows(lists: readonly RowList[], options: ListOptions): FoundRows {
  const shown: Record<string, readonly Row[]> = {};
  const sums: Record<string, unknown> = {};
  let total = 0;
  for (const { name, find } of lists) {
    const { rows, sums: own } = find(options);
    shown[name] = sliceAfter(total, rows, options.slice);
    Object.assign(sums, own);
    total += rows.length;
  }
  return { lists: shown, total, sums };
}

/** The part of `rows` that is in the slice, if `before` rows of other lists come first. */
function sliceAfter(before: number, rows: readonly Row[], slice: Slice | null): readonly Row[] {
  if (slice === null) return rows;
  const start = (slice.page - 1) * slice.pageSize - before;
  return rows.slice(Math.max(0, start), Math.max(0, start + slice.pageSize));
}

/** The JSON of an object without its end, so that other members can follow. */
function headOf(members: object, configuration: Configuration): Uint8Array<ArrayBuffer> {
  const text = stringify(members, configuration);
  return new TextEncoder().encode(text.slice(0, text.lastIndexOf('}')).trimEnd());
}
