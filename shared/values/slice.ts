/** Slices of lists, and the part of a list that a slice has. */

/** A page of rows that a client requests. */
export interface Slice {
  /** From 1. */
  readonly page: number;
  /** From 1 to 1000. */
  readonly pageSize: number;
}

/** Rows of a list, or of one slice of it. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** The number of rows in all slices. */
  readonly total: number;
}

/** One slice of a complete list; all of it without a slice. */
export function cutSlice<Row>(rows: readonly Row[], slice: Slice | null): Listed<Row> {
  if (slice === null) return { rows, total: rows.length };
  const start = (slice.page - 1) * slice.pageSize;
  return { rows: rows.slice(start, start + slice.pageSize), total: rows.length };
}
