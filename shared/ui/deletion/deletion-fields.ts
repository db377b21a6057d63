/** The query of the page of a plan, and the fields of the form that deletes. Strict, as those of the API. */

import * as z from 'zod/mini';
import {
  type DeletionOptions,
  deletionOptions,
  deletionQuery,
  planOptions,
  planQuery,
} from '../../domain/deletion/deletion-options.ts';
import type { DeletionRequest } from '../../domain/deletion/deletion-request.ts';
import { isPlanTag } from '../../domain/deletion/plan-tag.ts';
import { invalidRequest } from '../../ports/invalid-request.ts';
import type { Reference, RepositoryAt } from '../../values/names.ts';
import { reason } from '../../values/reason.ts';
import { shortName } from '../harbor/image-reference.ts';
import { isSamePhrase } from '../view/same-phrase.ts';

/** As the query of a deletion, without what a page does not ask. */
export const planPageQuery = z.extend(planQuery, { force: deletionQuery.shape.force });

const PLAN = 'expected the ETag of a plan';
const checked = z.optional(z.literal('true', 'expected true'));

export const deletionFields = z.strictObject({
  plan: z.string(PLAN).check(z.refine(isPlanTag, PLAN)),
  tag_only: checked,
  force: checked,
  reason: z.optional(reason),
  /** The reference as someone typed it, for `force`. */
  confirm: z.optional(z.string('expected one text')),
});

/** The artifact or tag that a page is about. */
export interface Target {
  readonly at: RepositoryAt;
  readonly reference: Reference;
}

/** The plan that a page shows. @throws Problem invalid_request */
export function plannedRequest(
  { at, reference }: Target,
  { force = false, ...query }: z.output<typeof planPageQuery>,
): DeletionRequest {
  return { at, reference, options: { ...planOptions(reference, query), force } };
}

/** The deletion that a form asks for, if its plan still holds. @throws Problem invalid_request */
export function deletionRequest(
  target: Target,
  fields: z.output<typeof deletionFields>,
): DeletionRequest {
  return { ...target, options: optionsOf(target, fields) };
}

function optionsOf(
  target: Target,
  { plan, reason: why, confirm, ...flags }: z.output<typeof deletionFields>,
): DeletionOptions {
  const force = flags.force === 'true';
  const expected = deletionConfirmation(target);
  const errors = [
    ...(force && why === undefined
      ? [{ parameter: 'reason', detail: 'say why the guards are overridden' }]
      : []),
    ...(force && !isSamePhrase(confirm ?? '', expected)
      ? [{ parameter: 'confirm', detail: `type exactly ${expected}` }]
      : []),
  ];
  if (errors.length > 0) throw invalidRequest(errors);
  return deletionOptions(target.reference, {
    query: { tag_only: flags.tag_only === 'true', force, reason: why },
    ifMatch: `"${plan}"`,
    isJournaled: true,
  });
}

/** Makes the text to type to override the guards: `project/repository:tag`, or with the beginning of a digest. */
export function deletionConfirmation({ at, reference }: Target): string {
  return `${at.project}/${shortName(at, reference)}`;
}
