/** Harbor's list parameters: `page`, `page_size`, `q` and `sort`, with its limits and its leniency. */
import { ApiError } from './answer.ts';

export interface PageRequest {
  readonly page: number;
  /** 0 and less mean all rows. */
  readonly size: number;
}

/** Reads `page` and `page_size`. One 422 has all violations. */
export function readPage(query: URLSearchParams): PageRequest {
  const violations: string[] = [];
  const page = readInt64(query, 'page', violations) ?? 1;
  const size = readInt64(query, 'page_size', violations) ?? 10;
  if (size > 100) violations.push('page_size in query should be less than or equal to 100');
  refuseInvalid(violations);
  return { page, size };
}

/** Throws go-swagger's 422 when there are violations. */
export function refuseInvalid(violations: readonly string[]): void {
  if (violations.length === 0) return;
  const message = ['validation failure list:', ...violations].join('\n');
  throw new ApiError(422, 'UNPROCESSABLE_ENTITY', message);
}

function readInt64(query: URLSearchParams, name: string, violations: string[]): number | null {
  const text = query.get(name) ?? '';
  if (text === '') return null;
  const valid = /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  if (!valid) violations.push(`${name} in query must be of type int64: "${text}"`);
  return valid ? Number(text) : null;
}

/** One term of `q`. */
export type Term =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'fuzzy'; readonly value: string }
  | { readonly kind: 'or'; readonly values: readonly string[] }
  | { readonly kind: 'and'; readonly values: readonly string[] }
  | { readonly kind: 'range'; readonly value: string };

/** Parses `q=k=v,k=~v,k={a b},k=(a b),k=[a~b]`. */
export function readTerms(query: URLSearchParams): ReadonlyMap<string, Term> {
  const terms = new Map<string, Term>();
  const q = query.get('q') ?? '';
  if (q === '') return terms;
  for (const part of q.split(',')) {
    const equals = part.indexOf('=');
    const key = part.slice(0, Math.max(equals, 0)).trim();
    const value = unescapeAgain(part.slice(equals + 1).trim());
    if (key === '' || value === '') {
      const message = 'the query string must contain "=" and the key/value cannot be empty';
      throw new ApiError(400, 'BAD_REQUEST', message);
    }
    terms.set(key, parseTerm(value));
  }
  return terms;
}

/** Harbor unescapes the value of a term a second time. */
function unescapeAgain(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    // The value is not an escape: Harbor uses it unchanged.
    return value;
  }
}

function parseTerm(value: string): Term {
  const inside = value.slice(1, -1).split(/\s+/);
  if (value.startsWith('{') && value.endsWith('}')) return { kind: 'or', values: inside };
  if (value.startsWith('(') && value.endsWith(')')) return { kind: 'and', values: inside };
  if (value.startsWith('[')) return { kind: 'range', value };
  if (value.startsWith('~')) return { kind: 'fuzzy', value: value.slice(1) };
  return { kind: 'exact', value };
}

/** Tells whether a text satisfies a term; no term accepts everything. */
export function accepts(term: Term | undefined, text: string): boolean {
  if (term === undefined || term.kind === 'range') return true;
  if (term.kind === 'or' || term.kind === 'and') return term.values.includes(text);
  if (term.kind === 'exact') return text === term.value;
  return text.toLowerCase().includes(term.value.toLowerCase());
}

/** The sort keys of rows. */
export type SortKeys<Row> = Readonly<Record<string, (row: Row) => string | number>>;

/**
 * Sorts by `sort=key,-key`. Unknown keys are ignored; `fallback` is the order without a known one.
 * A key replaces the tie-breaker of the default order, as in Harbor.
 */
export function sortRows<Row>(
  rows: readonly Row[],
  sort: string,
  options: { readonly keys: SortKeys<Row>; readonly fallback: string },
): readonly Row[] {
  const { keys, fallback } = options;
  const known = (text: string) =>
    text.split(',').flatMap((field) => {
      const key = keys[field.replace(/^-/, '')];
      return key === undefined ? [] : [{ key, sign: field.startsWith('-') ? -1 : 1 }];
    });
  const wanted = known(sort);
  const order = wanted.length > 0 ? wanted : known(fallback);
  return [...rows].sort((a, b) => {
    for (const { key, sign } of order) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}
