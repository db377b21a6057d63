/**
 * The common part of the parsers of Harbor's JSON. Harbor leaves out zero values and writes empty arrays as
 * null. Unknown members are ignored and never returned (`extra_attrs` contains an image's
 * environment, including secrets).
 */
import * as z from 'zod/mini';
import { type CallName, HarborProblem } from './failure.ts';
import type { HarborPath } from './url.ts';

/** A text that Harbor may leave out. */
export const text = z.nullish(z.string());
/** A number that Harbor leaves out when it is 0. */
export const count = z.nullish(z.number());

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Harbor writes "never" as `0001-01-01`. */
export function timeOf(value: string | null | undefined): string | null {
  if (value === null || value === undefined || value.startsWith('0001-01-01')) return null;
  return TIME.test(value) ? value : null;
}

/** The rows of one page. */
export interface PageRows<Row> {
  readonly rows: readonly Row[];
  /** Harbor 2.5 filters rows after it cuts the page, so pages may be short and totals too high. */
  readonly mayBeShort: boolean;
}

/**
 * Reads a body by its schema.
 * @throws Problem harbor_bad_response that names the first invalid member
 */
export function readBody<T extends z.ZodMiniType>(
  schema: T,
  call: CallName,
  body: unknown,
): z.output<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new HarborProblem(
    call,
    'harbor_bad_response',
    'Check the version of Harbor, and any proxy in front of it. ' +
      `The answer is JSON of an unexpected shape (${where}: ${issue?.message ?? 'not valid'}).`,
    { facts: { status: 200 } },
  );
}

/** Makes the `read` of a plan: parses a page by its schema and converts each row. */
export function reader<Wire, Row>(
  path: HarborPath,
  schema: z.ZodMiniType<Wire[]>,
  toRow: (row: Wire) => Row,
  mayBeShort: (row: Wire) => boolean = () => false,
): (body: unknown) => PageRows<Row> {
  return (body) => {
    const rows = readBody(schema, { method: 'GET', path }, body);
    return { rows: rows.map(toRow), mayBeShort: rows.some(mayBeShort) };
  };
}

/** Before 2.11.1, rows do not name their repository. One of those versions, 2.5, may have short pages. */
export function lacksRepositoryName(row: {
  readonly repository_name?: string | null | undefined;
}): boolean {
  return row.repository_name === undefined || row.repository_name === null;
}
