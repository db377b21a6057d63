/** A requested deletion, and what it is done with. */
import type { RegistrySession } from '../../ports/registry.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { type Reference, type RepositoryAt, referenceText } from '../../values/names.ts';
import type { DeletionOptions } from './deletion-options.ts';
import type { PlannedArtifact } from './planned-artifact.ts';

/** A requested deletion. */
export interface DeletionRequest {
  readonly at: RepositoryAt;
  readonly reference: Reference;
  readonly options: DeletionOptions;
}

/** The means of one deletion. A request may run many, each with a session and log fields of its own. */
export interface DeletionContext {
  readonly services: DomainServices;
  readonly request: RequestContext;
  readonly registry: RegistrySession;
  /** Where facts of this one deletion are logged. */
  readonly fields: Record<string, unknown>;
  /** The artifact as the plan of a cleanup has it; absent outside a cleanup. */
  readonly planned?: PlannedArtifact;
}

/** The means of a request's deletion, or of its plan. */
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
export function logDeletionRequest(
  request: RequestContext,
  { at, reference, options }: DeletionRequest,
): void {
  const { ifMatch, planTag, ...flags } = options;
  const { fields } = request.log;
  Object.assign(fields, { ...at, reference: referenceText(reference), ...flags });
  const condition = planTag ?? ifMatch;
  if (condition !== null) fields['if_match'] = condition;
}
