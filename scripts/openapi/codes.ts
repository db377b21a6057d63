/** Groups of problem codes. */
import { HOST_PROBLEMS } from '../../shared/adapters/bridge-client/bridge-failure.ts';
import type { ProblemCode } from '../../shared/values/problem.ts';

export const ANYWHERE: readonly ProblemCode[] = [
  'bad_request',
  'expectation_failed',
  'method_not_allowed',
  'invalid_configuration',
  'internal',
];
/** The codes of every operation that has an access rule and may be deployed elsewhere. */
export const USUAL: readonly ProblemCode[] = [
  'unauthorized',
  'forbidden',
  ...ANYWHERE,
  'unsupported_here',
  'function_unavailable',
  'function_timeout',
  'proxy_loop',
];
export const HOST: readonly ProblemCode[] = [
  ...HOST_PROBLEMS,
  'bridge_unavailable',
  'bridge_unauthorized',
  'bridge_bad_response',
  'rate_limited',
];
export const HARBOR: readonly ProblemCode[] = [
  'harbor_not_configured',
  'harbor_unauthorized',
  'harbor_forbidden',
  'harbor_not_found',
  'harbor_unreachable',
  'harbor_tls',
  'harbor_timeout',
  'harbor_overloaded',
  'harbor_error',
  'harbor_bad_response',
  'overloaded',
];
/** The problems of answers over nodes that have no rows for a node. */
export const NODE: readonly ProblemCode[] = ['runtime_empty', 'runtime_ambiguous'];
export const LIST: readonly ProblemCode[] = ['invalid_request', 'response_too_large'];
export const DELETION: readonly ProblemCode[] = [
  'harbor_read_only',
  'artifact_immutable',
  'artifact_referenced',
  'in_use',
  'other_tags',
  'usage_unknown',
  'reference_moved',
  'plan_changed',
  'journal_unavailable',
];
export const WEBHOOK: readonly ProblemCode[] = [
  'webhook_not_configured',
  'payload_too_large',
  'unsupported_media_type',
  'invalid_request',
];
