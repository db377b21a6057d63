/** An error as the fields of a log line. */

/** Deeper causes add nothing new. The limit also ends a cycle. */
const MAX_DEPTH = 5;
/** The message of a parser may repeat each wrong row of its input. */
const MAX_MESSAGE_CHARACTERS = 2000;
const MAX_STACK_CHARACTERS = 8000;

/** Type, message, code, stack and causes of a thrown value. */
export function errorFields(err: unknown, depth = 0): unknown {
  if (!(err instanceof Error)) return err;
  const deeper = depth < MAX_DEPTH;
  const code: unknown = 'code' in err ? err.code : undefined;
  return {
    type: err.name === 'Error' ? err.constructor.name : err.name,
    message: cut(err.message, MAX_MESSAGE_CHARACTERS),
    ...(code !== undefined && { code }),
    ...(err.stack !== undefined && { stack: cut(err.stack, MAX_STACK_CHARACTERS) }),
    ...(deeper && err.cause !== undefined && { cause: errorFields(err.cause, depth + 1) }),
    // Node reports a failed connection as one error for each address that it tried.
    ...(deeper &&
      err instanceof AggregateError && {
        errors: err.errors.slice(0, MAX_DEPTH).map((one: unknown) => errorFields(one, depth + 1)),
      }),
  };
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
