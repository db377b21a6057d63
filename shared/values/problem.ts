/**
 * The one error type and the closed list of error codes (RFC 9457 problems).
 * Every failure that a caller can see is a `Problem`; only shared/http/base/answer.ts turns it into an answer.
 */

/** Each code has exactly one HTTP status and one title. */
export const PROBLEMS = {
  invalid_request: [422, 'The request is not valid'],
  bad_request: [400, 'The request is not valid HTTP'],
  expectation_failed: [417, 'The Expect header is not supported'],
  payload_too_large: [413, 'The request body is too large'],
  unsupported_media_type: [415, 'The request body has an unsupported type'],
  unauthorized: [401, 'A valid token is required'],
  forbidden: [403, 'The request is not allowed'],
  signature_invalid: [401, 'The signature is not valid'],
  webhook_not_configured: [403, 'The webhook is not configured'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'The path does not support the method'],
  no_source: [502, 'Neither the host nor Harbor answered'],
  rate_limited: [429, 'Too many requests'],
  overloaded: [503, 'Too many requests are waiting'],
  invalid_configuration: [503, 'The configuration is not valid'],
  unsupported_here: [501, 'This runtime does not support the configuration'],
  response_too_large: [501, 'The answer is too large'],
  crictl_not_found: [503, 'crictl was not found'],
  crictl_permission_denied: [503, 'Permission to use crictl was denied'],
  runtime_unreachable: [503, 'The container runtime cannot be reached'],
  crictl_timeout: [504, 'crictl did not finish in time'],
  crictl_bad_output: [502, 'crictl returned no usable output'],
  bridge_unavailable: [503, 'The bridge cannot be reached'],
  bridge_unauthorized: [502, 'The bridge refused the token'],
  bridge_bad_response: [502, 'The bridge returned no usable answer'],
  runtime_empty: [503, 'The container runtime is empty'],
  runtime_ambiguous: [503, 'The host has several container runtimes'],
  function_unavailable: [502, 'The function cannot be reached'],
  function_timeout: [504, 'The function did not answer in time'],
  proxy_loop: [508, 'The router called itself'],
  harbor_not_configured: [503, 'No Harbor is configured'],
  harbor_unauthorized: [502, 'Harbor refused the credentials'],
  harbor_forbidden: [403, 'The Harbor account lacks the permission'],
  harbor_not_found: [404, 'Not found in Harbor'],
  harbor_unreachable: [502, 'Harbor cannot be reached'],
  harbor_tls: [502, "Harbor's certificate is not trusted"],
  harbor_timeout: [504, 'Harbor did not answer in time'],
  harbor_overloaded: [503, 'Harbor is overloaded'],
  harbor_error: [502, 'Harbor failed'],
  harbor_bad_response: [502, 'Harbor returned no usable answer'],
  harbor_read_only: [409, 'Harbor is in read-only mode'],
  artifact_immutable: [409, 'A tag of the artifact is immutable'],
  artifact_referenced: [409, 'An index refers to the artifact'],
  in_use: [409, 'The artifact is in use'],
  other_tags: [409, 'The artifact has other tags'],
  usage_unknown: [409, 'Cannot determine whether the artifact is in use'],
  reference_moved: [412, 'The reference has another digest now'],
  plan_changed: [412, 'The plan has changed'],
  plan_required: [428, 'The ETag of a plan is required'],
  journal_unavailable: [503, 'The journal cannot be used'],
  internal: [500, 'The service failed'],
} as const satisfies Record<string, readonly [number, string]>;

/** An error code on the wire. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The optional parts of a problem, besides its code and detail. */
export interface ProblemOptions {
  /** Extra members of the problem document, for example `errors`, `blockers` or `outcome`. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Extra headers of the answer, for example `Retry-After` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The underlying error; it is logged, and never part of an answer. */
  readonly cause?: unknown;
}

/**
 * A failure with a code from the closed list.
 * `message` is the problem's `detail`, written for the operator: what was attempted, what came back,
 * what to do. It never contains a secret.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly extras: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.extras = options.extras ?? {};
    this.headers = options.headers ?? {};
  }

  /** The HTTP status that belongs to the code. */
  get status(): number {
    return PROBLEMS[this.code][0];
  }

  /** The title that belongs to the code. */
  get title(): string {
    return PROBLEMS[this.code][1];
  }
}

/** For `catch`: a problem as a value, where something else can be done without what failed. Throws any other error. */
export function orProblem(err: unknown): Problem {
  if (err instanceof Problem) return err;
  throw err;
}
