/** JSON from outside. */
import * as z from 'zod/mini';

/** A text as JSON; undefined if it is not JSON, which schemas refuse. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message would quote the text
  }
}

/**
 * An array whose elements are read up to the first wrong one. `z.array` collects what is wrong with each: memory many
 * times that of the text, and more issues than zod can pass as arguments of one call.
 */
export function arrayOf<S extends z.ZodMiniType>(
  element: S,
): z.ZodMiniType<z.output<S>[], unknown> {
  return z.transform((given: unknown, payload): z.output<S>[] => {
    const wrong = (issue: object) => {
      payload.issues.push({
        code: 'custom',
        input: given,
        path: [],
        message: 'expected an array',
        ...issue,
      });
      return z.NEVER;
    };
    if (!Array.isArray(given)) return wrong({});
    const read: z.output<S>[] = [];
    for (const [index, value] of given.entries()) {
      const { success, data, error } = z.safeParse(element, value);
      if (!success) {
        const [issue] = error.issues;
        return wrong({ message: issue?.message, path: [index, ...(issue?.path ?? [])] });
      }
      read.push(data);
    }
    return read;
  });
}
