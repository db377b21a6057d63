/** The query and `If-Match` of a deletion: strict, because a misread flag here costs an artifact. */
import * as z from 'zod/mini';
import { type Digest, isDigest, type Reference } from '../harbor/names.ts';
import { invalidRequest } from '../problem.ts';

const FLAG = 'expected true or false';
const flag = () => z.optional(z.boolean(FLAG));

/** The query of a deletion. */
export const deletionQuery = z.strictObject({ dry_run: flag(), tag_only: flag(), force: flag() });

/** `If-Match` as sent; `deletionOptions` reads it, together with the reference. */
export const deletionHeaders = z.object({ 'if-match': z.optional(z.string()) });

export interface DeletionOptions {
  readonly dry_run: boolean;
  readonly tag_only: boolean;
  readonly force: boolean;
  /** Digests that the reference may resolve to; null: any. */
  readonly ifMatch: readonly Digest[] | null;
}

/** Quoted digests, separated by commas. */
const ENTITY_TAGS = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;

/** @throws Problem invalid_request */
export function deletionOptions(
  reference: Reference,
  query: z.output<typeof deletionQuery>,
  headers: z.output<typeof deletionHeaders>,
): DeletionOptions {
  const { dry_run = false, tag_only = false, force = false } = query;
  const errors: { parameter: string; detail: string }[] = [];
  if (tag_only && reference.kind === 'digest') {
    errors.push({ parameter: 'tag_only', detail: 'needs a tag as reference, not a digest' });
  }
  const ifMatch = digestsOf(headers['if-match'] ?? '*');
  if (ifMatch === 'malformed') {
    errors.push({ parameter: 'If-Match', detail: 'expected "sha256:…" in double quotes, or *' });
  }
  if (errors.length > 0 || ifMatch === 'malformed') throw invalidRequest(errors);
  return { dry_run, tag_only, force, ifMatch };
}

/** If-Match compares strongly (RFC 9110, 13.1.1): a weak tag matches nothing. */
function digestsOf(ifMatch: string): readonly Digest[] | null | 'malformed' {
  if (ifMatch.trim() === '*') return null;
  if (!ENTITY_TAGS.test(ifMatch)) return 'malformed';
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  const digests = tags.map((tag) => tag.replace(/^W\//, '').slice(1, -1)).filter(isDigest);
  if (digests.length < tags.length) return 'malformed';
  return digests.filter((_, index) => tags[index]?.startsWith('"'));
}
