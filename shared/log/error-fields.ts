/** How an error looks in a log line: all of it, and only there. */

/** Causes of causes beyond this depth say nothing new; a cycle ends here too. */
const MAX_DEPTH = 5;

/** Type, message, code, stack and the chain of causes of whatever was thrown. */
export function errorFields(err: unknown, depth = 0): unknown {
  if (!(err instanceof Error)) return err;
  const deeper = depth < MAX_DEPTH;
  const code: unknown = 'code' in err ? err.code : undefined;
  return {
    type: err.name === 'Error' ? err.constructor.name : err.name,
    message: err.message,
    ...(code !== undefined && { code }),
    ...(err.stack !== undefined && { stack: err.stack }),
    ...(deeper && err.cause !== undefined && { cause: errorFields(err.cause, depth + 1) }),
    // Node's connect errors come as one error for each address that was tried.
    ...(deeper &&
      err instanceof AggregateError && {
        errors: err.errors.slice(0, MAX_DEPTH).map((one: unknown) => errorFields(one, depth + 1)),
      }),
  };
}
