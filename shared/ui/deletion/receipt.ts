/**
 * What a deletion did, signed, as part of the address of its page. So the page can be loaded again without deleting
 * anything, on any router, and nobody can make one that is not true.
 */

import { timingSafeEqual } from 'hono/utils/buffer';
import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';
import * as z from 'zod/mini';
import type { DeletionPlan } from '../../domain/deletion/plan.ts';
import type { FunctionContext } from '../../http/function.ts';
import { projectName, repositoryName } from '../../values/name-schemas.ts';
import { referenceText } from '../../values/names.ts';
import { parseJson } from '../../values/parse-json.ts';
import { keyedHash } from '../login/keyed-hash.ts';
import { requiredSessionKey } from '../login/login-session.ts';

const receiptSchema = z.object({
  project: projectName,
  repository: repositoryName,
  reference: z.string(),
  digest: z.string(),
  /** Only the tag was removed. */
  tagOnly: z.boolean(),
  /** The first of its tags: an address has no room for thousands. */
  firstTags: z.array(z.string()),
  /** How many of each were deleted. */
  tags: z.number(),
  children: z.number(),
  accessories: z.number(),
  sizeBytes: z.number(),
  requestId: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type Receipt = z.infer<typeof receiptSchema>;

const NAMED_TAGS = 3;

/** The address of the page of a deletion that was just done. */
export async function receiptAddress(c: FunctionContext, plan: DeletionPlan): Promise<string> {
  const receipt: Receipt = {
    ...plan.at,
    reference: referenceText(plan.reference),
    digest: plan.artifact.digest,
    tagOnly: plan.options.tag_only,
    firstTags: plan.tags.slice(0, NAMED_TAGS),
    tags: plan.tags.length,
    children: plan.children.length,
    accessories: plan.accessories.length,
    sizeBytes: plan.artifact.size_bytes,
    requestId: c.get('requestId'),
    at: new Date(c.get('services').now()).toISOString(),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(receipt));
  const text = encodeBase64Url(bytes.buffer).replace(/=+$/, '');
  return `/ui/deletions/${text}.${await signature(c, text)}`;
}

/** @returns null if this service did not make it, or has another `session_key` by now */
export async function readReceipt(c: FunctionContext, signed: string): Promise<Receipt | null> {
  const [text = '', hash = ''] = signed.split('.');
  // It is decoded only if this service encoded it.
  if (!(await timingSafeEqual(hash, await signature(c, text)))) return null;
  const result = receiptSchema.safeParse(
    parseJson(new TextDecoder().decode(decodeBase64Url(text))),
  );
  return result.success ? result.data : null;
}

function signature(c: FunctionContext, text: string): Promise<string> {
  return keyedHash(requiredSessionKey(c), `receipt ${text}`);
}
