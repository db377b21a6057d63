/**
 * The one error type and the closed list of error codes (RFC 9457 problems).
 * Every failure that a caller can see is a `Problem`; `app.ts` alone turns it into an answer.
 */

/** Each code has exactly one HTTP status and one title. */
export const PROBLEMS = {
  invalid_request: [422, 'The request is not valid'],
  bad_request: [400, 'This is not a valid HTTP request'],
  expectation_failed: [417, 'This expectation cannot be met'],
  payload_too_large: [413, 'The request body is too large'],
  unsupported_media_type: [415, 'The request body has an unsupported type'],
  unauthorized: [401, 'A valid token is needed'],
  forbidden: [403, 'This caller may not do that'],
  signature_invalid: [401, 'The signature is not valid'],
  webhook_not_configured: [403, 'This webhook is not configured'],
  not_found: [404, 'There is nothing at this path'],
  method_not_allowed: [405, 'This path does not take that method'],
  no_source: [502, 'No source of images answered'],
  rate_limited: [429, 'Too many requests'],
  overloaded: [503, 'Too many requests are waiting'],
  invalid_configuration: [503, 'The configuration is not valid'],
  unsupported_here: [501, 'This runtime cannot do that'],
  response_too_large: [501, 'The answer would be too large'],
  crictl_not_found: [503, 'crictl was not found'],
  crictl_permission_denied: [503, 'crictl may not be run'],
  runtime_unreachable: [503, 'The container runtime cannot be reached'],
  crictl_timeout: [504, 'crictl took too long'],
  crictl_bad_output: [502, 'crictl gave no usable answer'],
  bridge_unavailable: [503, 'The bridge cannot be reached'],
  bridge_unauthorized: [502, 'The bridge refused the token'],
  function_unavailable: [502, 'The function cannot be reached'],
  function_timeout: [504, 'The function took too long'],
  proxy_loop: [508, 'The router was called by itself'],
  harbor_not_configured: [503, 'No Harbor is configured'],
  harbor_unauthorized: [502, 'Harbor refused the credentials'],
  harbor_forbidden: [403, 'The Harbor account may not do that'],
  harbor_not_found: [404, 'Harbor has no such thing'],
  harbor_unreachable: [502, 'Harbor cannot be reached'],
  harbor_tls: [502, "Harbor's certificate is not trusted"],
  harbor_timeout: [504, 'Harbor took too long'],
  harbor_overloaded: [503, 'Harbor asks to wait'],
  harbor_error: [502, 'Harbor failed'],
  harbor_bad_response: [502, 'Harbor gave no usable answer'],
  harbor_read_only: [409, 'Harbor is in read-only mode'],
  artifact_immutable: [409, 'A tag of the artifact is immutable'],
  artifact_referenced: [409, 'Another artifact refers to this one'],
  in_use: [409, 'The artifact is in use on this host'],
  other_tags: [409, 'The artifact has other tags'],
  usage_unknown: [409, 'Nobody can say whether the artifact is in use'],
  reference_moved: [412, 'The reference has moved'],
  internal: [500, 'Something went wrong in this service'],
} as const satisfies Record<string, readonly [number, string]>;

/** An error code on the wire. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What a problem may carry besides its code and detail. */
export interface ProblemOptions {
  /** Extra members of the problem document, for example `errors`, `blockers` or `outcome`. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Extra headers of the answer, for example `Retry-After` or `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The underlying error: goes to the log, never into an answer. */
  readonly cause?: unknown;
}

/**
 * A failure with a code from the closed list.
 * `message` is the problem's `detail`: written for the operator, says what was attempted, what came
 * back and what to do; it never holds a secret.
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

  /** The fixed sentence that belongs to the code. */
  get title(): string {
    return PROBLEMS[this.code][1];
  }
}

/** The `Problem` for 422: names each malformed parameter. */
export function invalidRequest(
  errors: readonly { readonly parameter: string; readonly detail: string }[],
): Problem {
  const detail = errors.map((error) => `${error.parameter}: ${error.detail}`).join('; ');
  return new Problem('invalid_request', detail, { extras: { errors } });
}
