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

/** Elements that are read together. */
const CHUNK = 100;

/**
 * An array whose elements are read up to the first chunk with a wrong one. `z.array` alone collects what is wrong with
 * each: memory many times that of the text, and more issues than zod can pass as arguments of one call.
 */
export function arrayOf<S extends z.ZodMiniType>(
  element: S,
): z.ZodMiniType<z.output<S>[], unknown> {
  const chunk = z.array(element);
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
    const read: z.output<S>[][] = [];
    for (let start = 0; start < given.length; start += CHUNK) {
      const { success, data, error } = z.safeParse(chunk, given.slice(start, start + CHUNK));
      if (!success) {
        const [issue] = error.issues;
        const [index = 0, ...rest] = issue?.path ?? [];
        return wrong({ message: issue?.message, path: [start + Number(index), ...rest] });
      }
      read.push(data);
    }
    return read.length === 1 ? (read[0] ?? []) : read.flat();
  });
}
