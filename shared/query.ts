/** Queries of requests, parsed at the border by the schemas that also describe them. */
import type * as z from 'zod/mini';
import { invalidRequest } from './problem.ts';

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** The decoded query of a URL. @throws Problem invalid_request on broken escapes */
export function parseQuery(url: string): URLSearchParams {
  const start = url.indexOf('?');
  if (start === -1) return new URLSearchParams();
  const raw = url.slice(start + 1);
  try {
    if (BROKEN_ESCAPE.test(raw)) throw new URIError('broken escape');
    decodeURIComponent(raw);
  } catch {
    throw invalidRequest([
      { parameter: 'query', detail: 'holds a broken percent escape; encode it as UTF-8' },
    ]);
  }
  return new URLSearchParams(raw);
}

/**
 * Reads a query by its schema. Numbers and booleans are told from texts by what the schema takes.
 * @param expected what to say of each parameter that does not fit
 * @throws Problem invalid_request that names each parameter
 */
export function readQuery<Schema extends z.ZodMiniObject>(
  query: URLSearchParams,
  schema: Schema,
  expected: Readonly<Record<keyof z.infer<Schema> & string, string>>,
): z.infer<Schema> {
  const errors = new Map<string, string>();
  // Without a prototype: `constructor` and `__proto__` are names like any other.
  const values: Record<string, unknown> = Object.create(null);
  for (const [parameter, text] of query) {
    if (parameter in values) errors.set(parameter, 'may be given once');
    values[parameter] = readScalar(text, schema.shape[parameter]);
  }
  const result = schema.safeParse(values);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schema.shape).join(', ');
      for (const key of issue.keys) errors.set(key, `unknown; this takes ${known}`);
    } else {
      const parameter = String(issue.path[0]);
      if (!errors.has(parameter)) {
        const texts: Readonly<Record<string, string>> = expected;
        errors.set(parameter, texts[parameter] ?? 'not valid');
      }
    }
  }
  if (errors.size > 0 || !result.success) {
    throw invalidRequest([...errors].map(([parameter, detail]) => ({ parameter, detail })));
  }
  return result.data;
}

/** A query holds texts only; the schema says which of them stand for a number or a boolean. */
function readScalar(text: string, schema: z.core.$ZodType | undefined): unknown {
  const { def } = schema?._zod ?? {};
  const type =
    def?.type === 'optional' ? (def as z.core.$ZodOptionalDef).innerType._zod.def.type : '';
  if (type === 'number' && /^[0-9]{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
