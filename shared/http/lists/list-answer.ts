/**
 * The answers of the list endpoints: complete lists, or slices with `page` and `page_size`; `q`, `sort`,
 * `X-Total-Count`, `Link` (RFC 8288), `ETag` with `If-None-Match` (RFC 9110). Not `hono/etag`:
 * the hash is kept with the body, so only the comparison would be left to it, and a 304 would lose each
 * header that its `retainedHeaders` does not name.
 */

import type { Context } from 'hono';
import * as z from 'zod/mini';
import { bodyOf, entityTag, type Part, sizeOf, tagOfParts } from '../../values/body-parts.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { type ListOptions, type ListQuery, listOptions, type Row } from '../../values/list.ts';
import type { Listed, Slice } from '../../values/slice.ts';
import type { GiveWay } from '../../values/waiting/give-way.ts';
import { answer } from '../base/answer.ts';
import type { FunctionContext, FunctionEnv } from '../function.ts';
import { stringify } from '../json-answer.ts';
import { searchParams } from '../query.ts';
import { holdWhileSending } from './answer-document.ts';
import { createPacker, type PackedRow } from './packed-rows.ts';

/** The header that revalidates a list, for `input`. */
export const listHeaders = z.object({ 'if-none-match': z.optional(z.string()) });

/** A request whose route declares the query of a list, and `listHeaders`. */
export type ListContext = Context<
  FunctionEnv,
  string,
  { out: { query: ListQuery; header: z.output<typeof listHeaders> } }
>;

/** A list's body with its validator. */
export interface ListBody {
  /** A function makes what a 304 does not need. */
  readonly parts: readonly Part[] | (() => readonly Part[]);
  /** The value of the header: a strong validator, or a weak one with `W/`. */
  readonly etag: string;
}

/** Rows that are encoded at a time. */
const ROWS_OF_A_STEP = 1000;

/** Serialises and hashes rows. Other work runs between the steps of a long list. */
export async function encodeList(
  rows: readonly Row[],
  configuration: Configuration,
  giveWay: GiveWay,
): Promise<ListBody> {
  if (rows.length <= ROWS_OF_A_STEP) {
    const body = new TextEncoder().encode(stringify(rows, configuration));
    return { parts: [body], etag: await entityTag(body) };
  }
  const packer = createPacker(configuration.app_config.jsonify_prettyprint_regular);
  const packed: PackedRow[] = [];
  for (let start = 0; start < rows.length; start += ROWS_OF_A_STEP) {
    packed.push(...packer.pack(rows.slice(start, start + ROWS_OF_A_STEP)));
    await giveWay();
  }
  return listOfParts(packer.parts(packed));
}

/** The body of a list whose JSON was made in parts. */
export async function listOfParts(parts: readonly Part[]): Promise<ListBody> {
  return { parts, etag: await tagOfParts(parts) };
}

/** Answers a list: 200, or 304 if the client has it already. @throws Problem overloaded */
export function listAnswer(
  c: ListContext,
  list: ListBody,
  options: {
    readonly total: number;
    readonly slice: Slice | null;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Response {
  const headers: Record<string, string> = {
    ETag: list.etag,
    'X-Total-Count': String(options.total),
    ...options.headers,
  };
  if (options.slice !== null) headers['Link'] = links(c, options.slice, options.total);
  const { 'if-none-match': known } = c.req.valid('header');
  if (matchesTag(known, list.etag)) {
    return answer(c, null, { status: 304, headers });
  }
  const parts = typeof list.parts === 'function' ? list.parts() : list.parts;
  holdWhileSending(c, parts);
  const body = bodyOf(parts);
  if (body instanceof ReadableStream) headers['Content-Length'] = String(sizeOf(parts));
  return answer(c, body, { headers });
}

/** Answers a list with the rows that `find` finds for its request. */
export async function answerFound<R extends Row>(
  c: ListContext,
  find: (options: ListOptions) => Promise<Listed<R>>,
): Promise<Response> {
  const options = listOptions(c.req.valid('query'));
  const { rows, total } = await find(options);
  const { configuration, giveWay } = c.get('services');
  const list = await encodeList(rows, configuration, giveWay);
  return listAnswer(c, list, { total, slice: options.slice });
}

/** Tells whether an `If-None-Match` has the tag: weak comparison (RFC 9110, 13.1.2). */
export function matchesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((entry) => {
    const candidate = entry.trim();
    return candidate === '*' || opaque(candidate) === opaque(etag);
  });
}

/** Relative links, so that they do not depend on headers of the request. */
function links(c: FunctionContext, { page, pageSize }: Slice, total: number): string {
  const last = Math.max(1, Math.ceil(total / pageSize));
  const link = (target: number, relation: string): string => {
    const query = searchParams(c);
    query.set('page', String(target));
    query.set('page_size', String(pageSize));
    return `<${c.req.path}?${query}>; rel="${relation}"`;
  };
  const parts = [link(1, 'first')];
  if (page > 1) parts.push(link(Math.min(page - 1, last), 'prev'));
  if (page < last) parts.push(link(page + 1, 'next'));
  parts.push(link(last, 'last'));
  return parts.join(', ');
}
