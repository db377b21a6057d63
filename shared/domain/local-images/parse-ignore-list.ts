/**
 * The ignore list: a CSV file with the images that the operator does not want to see.
 * `IMAGE ID` matches by prefix; a row without an id matches by `REPOSITORY` (or `IMAGE`) and `TAG`.
 */

import { CsvError, parse } from 'csv-parse/browser/esm/sync';
import type { IgnorableImage, IgnoreList, IgnoreRow } from '../../ports/ignore-list.ts';
import { append } from '../../values/append.ts';

/** A remark on one line of the file; the header is line 1. */
export interface IgnoreListRemark {
  readonly line: number;
  readonly message: string;
}

export interface ParsedIgnoreList {
  /** Ignores nothing when `failed`. */
  readonly list: IgnoreList;
  /** The skipped rows; when `failed`, the one reason. */
  readonly warnings: readonly IgnoreListRemark[];
  /** The whole text is unusable: it does not parse, is empty or has no usable column. */
  readonly failed: boolean;
}

/** Ignores nothing. */
export const EMPTY_IGNORE_LIST: IgnoreList = { matches: () => false, rowThatHides: () => null };

/** A shorter prefix could hide other images as well. */
const MIN_ID_LENGTH = 12;

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

interface Columns {
  readonly id: number;
  readonly repository: number;
  readonly tag: number;
}

/** Parses the text of an ignore file (or of the `IGNORE_LIST` binding on the edge). Never throws. */
export function parseIgnoreList(text: string): ParsedIgnoreList {
  // Inside quotes, csv-parse counts CRLF as two lines.
  const records = parseCsv(text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n'));
  if ('message' in records) return failedIgnoreList(records);
  const [header, ...rows] = records;
  if (header === undefined) return failedIgnoreList({ line: 1, message: 'the file is empty' });

  const columns = findColumns(header.record);
  if (columns.id === -1 && columns.repository === -1) {
    const message = 'the header has no column IMAGE ID, REPOSITORY or IMAGE';
    return failedIgnoreList({ line: header.info.lines, message });
  }
  const warnings: IgnoreListRemark[] = [];
  const list = new Rules();
  for (const { record, info } of rows) {
    const message = addRow(list, { record, info }, columns);
    if (message !== null) warnings.push({ line: info.lines, message });
  }
  return { list, warnings, failed: false };
}

/** The result for a text that is unusable. */
export function failedIgnoreList(reason: IgnoreListRemark): ParsedIgnoreList {
  return { list: EMPTY_IGNORE_LIST, warnings: [reason], failed: true };
}

function parseCsv(text: string): readonly CsvRecord[] | IgnoreListRemark {
  const options = { info: true, trim: true, relax_column_count: true, skip_empty_lines: true };
  try {
    const rows: unknown = parse(text, { ...options, skip_records_with_empty_values: true });
    // With `info` each element is a record and its position; the type declarations lack the position.
    return rows as CsvRecord[];
  } catch (err) {
    if (!(err instanceof CsvError)) throw err;
    const line = typeof err['lines'] === 'number' ? err['lines'] : 1;
    return { line, message: `it is not valid CSV (${err.code})` };
  }
}

function findColumns(header: readonly string[]): Columns {
  const names = header.map((name) => name.toUpperCase().replace(/[\s_]+/g, ' '));
  const repository = names.indexOf('REPOSITORY');
  return {
    id: names.indexOf('IMAGE ID'),
    repository: repository === -1 ? names.indexOf('IMAGE') : repository,
    tag: names.indexOf('TAG'),
  };
}

/** Adds the rule of one row. @returns why the row is skipped, or null */
function addRow(rules: Rules, { record: row, info }: CsvRecord, columns: Columns): string | null {
  // Columns that are not read (SIZE) may be missing. Without its tag a row would match every tag.
  if (row.length <= Math.max(columns.id, columns.repository, columns.tag)) {
    return 'the row is too short';
  }
  const shown: IgnoreRow = { line: info.lines, text: row.join(',') };
  const id = (row[columns.id] ?? '').toLowerCase().replace(/^sha256:/, '');
  if (id !== '') {
    if (!/^[0-9a-f]+$/.test(id)) return 'the image id is not hexadecimal';
    if (id.length < MIN_ID_LENGTH) return `the image id has fewer than ${MIN_ID_LENGTH} characters`;
    rules.addId(id, shown);
    return null;
  }
  const repository = row[columns.repository] ?? '';
  if (repository === '') return 'the row names neither an image id nor a repository';
  rules.addName({ repository, tag: row[columns.tag] || '*' }, shown);
  return null;
}

/** Rules in the maps that find them fastest: most lists have ids and plain names, few have wildcards. */
class Rules implements IgnoreList {
  /** Id prefixes by their first `MIN_ID_LENGTH` characters. */
  readonly #ids = new Map<string, { readonly prefix: string; readonly row: IgnoreRow }[]>();
  /** Tag patterns by repository. */
  readonly #names = new Map<string, { readonly tag: Pattern; readonly row: IgnoreRow }[]>();
  readonly #wildcards: {
    readonly repository: Pattern;
    readonly tag: Pattern;
    readonly row: IgnoreRow;
  }[] = [];

  addId(prefix: string, row: IgnoreRow): void {
    append(this.#ids, prefix.slice(0, MIN_ID_LENGTH), { prefix, row });
  }

  addName(name: { readonly repository: string; readonly tag: string }, row: IgnoreRow): void {
    const { repository } = name;
    const tag = name.tag.split('*');
    if (!repository.includes('*')) append(this.#names, repository, { tag, row });
    else this.#wildcards.push({ repository: repository.split('*'), tag, row });
  }

  matches(image: IgnorableImage): boolean {
    return this.rowThatHides(image) !== null;
  }

  rowThatHides({ id, repository, tag }: IgnorableImage): IgnoreRow | null {
    const ids = this.#ids.get(id.slice(0, MIN_ID_LENGTH));
    const rule =
      ids?.find(({ prefix }) => id.startsWith(prefix)) ??
      this.#names.get(repository)?.find((one) => matchesWildcard(tag, one.tag)) ??
      this.#wildcards.find(
        (one) => matchesWildcard(repository, one.repository) && matchesWildcard(tag, one.tag),
      );
    return rule?.row ?? null;
  }
}

/** The parts before, between and after the wildcards: one part when there is none. */
type Pattern = readonly string[];

/** Tells whether the text matches; `*` is anything, `/` too. Takes the first place for each part: no backtracking. */
function matchesWildcard(text: string, pattern: Pattern): boolean {
  const end = pattern.length - 1;
  const first = pattern[0] ?? '';
  const last = pattern[end] ?? '';
  if (end === 0) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  let position = first.length;
  for (let index = 1; index < end; index++) {
    const part = pattern[index] ?? '';
    const found = text.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return text.length - last.length >= position;
}
