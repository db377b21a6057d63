/** Reads the form that a page sends. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type * as z from 'zod/mini';
import type { FunctionEnv } from '../http/function.ts';
import { faultsOf, payloadTooLarge } from '../http/input.ts';
import { invalidRequest } from '../ports/invalid-request.ts';
import { Problem } from '../values/problem.ts';
import { requireOwnForm, requireOwnOrigin } from './login/csrf.ts';

const MAX_FORM_BYTES = 64 * 1024;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const limit = bodyLimit({ maxSize: MAX_FORM_BYTES, onError: payloadTooLarge(MAX_FORM_BYTES) });

/** Who must have opened the page with the form: the session of the request, or anybody. */
type FormSender = 'session' | 'anybody';

/**
 * Validates a form, after its CSRF token. Handlers read it with `c.req.valid('form')`. A field that is there several
 * times is an array; an empty field counts as absent.
 */
export function form<S extends z.ZodMiniObject>(
  schema: S,
  sender: FormSender = 'session',
): MiddlewareHandler<
  FunctionEnv,
  string,
  { in: { form: z.output<S> }; out: { form: z.output<S> } }
> {
  return async function form(c, next) {
    requireOwnOrigin(c);
    const limited = await limit(c, async () => {
      const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
      if (type !== FORM_TYPE) {
        throw new Problem('unsupported_media_type', `Send a body of type ${FORM_TYPE}.`);
      }
      const fields = fieldsOf(new URLSearchParams(await c.req.text()));
      const csrf = fields['csrf'];
      const session = sender === 'session' ? (c.get('session') ?? null) : null;
      await requireOwnForm(c, typeof csrf === 'string' ? csrf : '', session);
      const { csrf: _, ...values } = fields;
      const result = schema.safeParse(values);
      if (!result.success) throw invalidRequest(faultsOf(schema, result.error.issues));
      c.req.addValidatedData('form', result.data);
      await next();
    });
    return limited;
  };
}

function fieldsOf(params: URLSearchParams): Record<string, string | string[]> {
  const fields = Object.create(null) as Record<string, string | string[]>;
  // `getAll` of each name would go through all fields again.
  for (const [name, value] of params) {
    if (value === '') continue;
    const earlier = fields[name];
    if (earlier === undefined) fields[name] = value;
    else if (typeof earlier === 'string') fields[name] = [earlier, value];
    else earlier.push(value);
  }
  return fields;
}
