/** The problem of invalid parameters. */
import { Problem } from '../values/problem.ts';

/** A body can have thousands of unknown members, and names of any length. */
const MAX_ERRORS = 20;
const MAX_PARAMETER_CHARACTERS = 100;

/** The `Problem` for 422. It names each invalid parameter, or the first of many. */
export function invalidRequest(
  all: readonly { readonly parameter: string; readonly detail: string }[],
): Problem {
  const errors = all.slice(0, MAX_ERRORS).map(({ parameter, detail }) => ({
    parameter:
      parameter.length > MAX_PARAMETER_CHARACTERS
        ? `${parameter.slice(0, MAX_PARAMETER_CHARACTERS)}…`
        : parameter,
    detail,
  }));
  const others = all.length - errors.length;
  const detail = [
    ...errors.map((error) => `${error.parameter}: ${error.detail}`),
    ...(others > 0 ? [`and ${others} more`] : []),
  ].join('; ');
  return new Problem('invalid_request', detail, { extras: { errors } });
}
