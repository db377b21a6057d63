/** The query and `If-Match` of a deletion: strict, since a misread flag here costs an artifact. */
import * as z from 'zod/mini';
import type { Exchange } from '../exchange.ts';
import { isDigest, type Reference } from '../harbor/names.ts';
import { invalidRequest } from '../problem.ts';
import { readQuery } from '../query.ts';

/** The query of a deletion: validates it and describes it in OpenAPI. */
export const deletionQuerySchema = z.strictObject({
  dry_run: z.optional(z.boolean()),
  tag_only: z.optional(z.boolean()),
  force: z.optional(z.boolean()),
});

export interface DeletionOptions {
  readonly flags: {
    readonly dry_run: boolean;
    readonly tag_only: boolean;
    readonly force: boolean;
  };
  /** Digests that the reference may resolve to; null: any. */
  readonly ifMatch: readonly string[] | null;
}

/** Quoted digests, comma separated. */
const ENTITY_TAGS = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;

/** @throws Problem invalid_request */
export function readDeletionOptions(exchange: Exchange, reference: Reference): DeletionOptions {
  const expected = 'expected true or false';
  const read = readQuery(exchange.query, deletionQuerySchema, {
    dry_run: expected,
    tag_only: expected,
    force: expected,
  });
  const { dry_run = false, tag_only = false, force = false } = read;
  const errors: { parameter: string; detail: string }[] = [];
  if (tag_only && reference.kind === 'digest') {
    errors.push({ parameter: 'tag_only', detail: 'needs a tag as reference, not a digest' });
  }
  const header = exchange.request.headers.get('if-match');
  const ifMatch = header === null ? null : readIfMatch(header);
  if (ifMatch === 'malformed') {
    errors.push({ parameter: 'If-Match', detail: 'expected "sha256:…" in double quotes, or *' });
  }
  if (errors.length > 0) throw invalidRequest(errors);
  return {
    flags: { dry_run, tag_only, force },
    ifMatch: ifMatch === 'malformed' ? null : ifMatch,
  };
}

/** If-Match compares strongly (RFC 9110, 13.1.1): a weak tag matches nothing. */
function readIfMatch(header: string): readonly string[] | null | 'malformed' {
  if (header.trim() === '*') return null;
  if (!ENTITY_TAGS.test(header)) return 'malformed';
  const tags = header.split(',').map((tag) => tag.trim());
  const digests = tags.map((tag) => tag.replace(/^W\//, '').slice(1, -1));
  if (!digests.every((digest) => isDigest(digest))) return 'malformed';
  return digests.filter((_, index) => tags[index]?.startsWith('"'));
}
