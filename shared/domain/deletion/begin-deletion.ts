/** The beginning of every deletion and plan: their session, and their line in the log. */
import { referenceText } from '../../adapters/harbor/http/url.ts';
import type { FunctionContext } from '../../http/function.ts';
import { harborSession } from '../../http/harbor-endpoints.ts';
import type { DeletionContext, DeletionRequest } from './evidence.ts';

/** What a request's deletion, or its plan, is done with. */
export function deletionContext(c: FunctionContext): DeletionContext {
  return { c, session: harborSession(c), fields: c.get('log').fields };
}

/** Adds what is asked for to the request's line in the log. */
export function logDeletion(c: FunctionContext, { at, reference, options }: DeletionRequest): void {
  const { ifMatch, planTag, ...flags } = options;
  const { fields } = c.get('log');
  Object.assign(fields, { ...at, reference: referenceText(reference), ...flags });
  const condition = planTag ?? ifMatch;
  if (condition !== null) fields['if_match'] = condition;
}
