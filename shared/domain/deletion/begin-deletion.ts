/** The beginning of every deletion and plan: their session, and their line in the log. */
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { referenceText } from '../../values/names.ts';
import type { DeletionContext, DeletionRequest } from './evidence.ts';

/** What a request's deletion, or its plan, is done with. */
export function deletionContext(
  services: DomainServices,
  request: RequestContext,
): DeletionContext {
  return {
    services,
    request,
    registry: services.registry.session(request),
    fields: request.log.fields,
  };
}

/** Adds what is asked for to the request's line in the log. */
export function logDeletion(
  request: RequestContext,
  { at, reference, options }: DeletionRequest,
): void {
  const { ifMatch, planTag, ...flags } = options;
  const { fields } = request.log;
  Object.assign(fields, { ...at, reference: referenceText(reference), ...flags });
  const condition = planTag ?? ifMatch;
  if (condition !== null) fields['if_match'] = condition;
}
