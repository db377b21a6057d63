/**
 * Declares the input of a route with schemas: `input({ param, query, header, body })` validates it before
 * the handler runs, and the OpenAPI document is generated from the same declaration. Not Hono's
 * `validator`, which checks one of them at a time: here one problem names every fault.
 */
import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { invalidRequest, Problem } from '../problem.ts';
import type { FunctionContext, FunctionEnv } from './function.ts';

type ObjectSchema = z.ZodMiniObject;

/** Any media type with the suffix of RFC 6839, 3.1. */
export const ANY_JSON = 'application/*+json';

/** A JSON body. Hono's `bodyLimit` limits its size. */
export interface BodySchema<Value> {
  /** Media types that are accepted; `ANY_JSON` may be one. */
  readonly types: readonly string[];
  /** Describes the body in OpenAPI. */
  readonly schema: z.ZodMiniType;
  /** Whether an empty body is refused. Otherwise it is read as `{}`. */
  readonly required: boolean;
  /** Reads the parsed JSON. @throws Problem */
  readonly read: (c: FunctionContext, body: unknown) => Value;
}

/** The declaration of a route's input. */
export interface InputSchemas {
  readonly param?: ObjectSchema;
  readonly query?: ObjectSchema;
  /** Header names in lower case. */
  readonly header?: ObjectSchema;
  readonly body?: BodySchema<unknown>;
}

type Outputs<S extends InputSchemas> = {
  [K in 'param' | 'query' | 'header' as S[K] extends ObjectSchema
    ? K
    : never]: S[K] extends ObjectSchema ? z.output<S[K]> : never;
} & (S['body'] extends BodySchema<infer Value> ? { json: Value } : unknown);

/** A middleware with its declaration, for the OpenAPI document and webhook invocations. */
export interface Declared {
  readonly declares: InputSchemas;
}

interface Fault {
  readonly parameter: string;
  readonly detail: string;
}

/** Validates what it declares. Handlers read it with `c.req.valid('param')`, `'query'`, `'header'`, `'json'`. */
export function input<const S extends InputSchemas>(
  schemas: S,
): MiddlewareHandler<FunctionEnv, string, { in: Outputs<S>; out: Outputs<S> }> & Declared {
  const { param, query, header, body } = schemas;
  const validate: MiddlewareHandler<FunctionEnv> = async function validate(c, next) {
    const faults: Fault[] = [];
    if (param) c.req.addValidatedData('param', check(param, paramsOf(c, param), faults));
    if (query) c.req.addValidatedData('query', check(query, queryOf(c, query, faults), faults));
    if (header) c.req.addValidatedData('header', check(header, headersOf(c, header), faults));
    if (faults.length > 0) throw invalidRequest(faults);
    if (body) c.req.addValidatedData('json', body.read(c, await jsonBody(c, body)) as object);
    await next();
  };
  return Object.assign(validate, { declares: schemas });
}

/** The schema's output. Adds one fault for each invalid parameter. */
function check(schema: ObjectSchema, values: Values, faults: Fault[]): object {
  const result = schema.safeParse(values);
  for (const issue of result.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      const detail = `unknown; the parameters are ${Object.keys(schema.shape).join(', ')}`;
      faults.push(...issue.keys.map((parameter) => ({ parameter, detail })));
      continue;
    }
    const parameter = String(issue.path[0]);
    if (!faults.some((fault) => fault.parameter === parameter)) {
      faults.push({ parameter, detail: issue.message });
    }
  }
  return result.data ?? {};
}

/** Without a prototype, so that `constructor` and `__proto__` are ordinary names. */
type Values = Record<string, unknown>;
const noValues = (): Values => Object.create(null) as Values;

/** Hono decodes a parameter once, but Harbor's clients encode repositories twice. */
function paramsOf(c: FunctionContext, { shape }: ObjectSchema): Values {
  const values = noValues();
  for (const name of Object.keys(shape)) values[name] = decodedOnce(c.req.param(name) ?? '');
  return values;
}

/** Invalid escapes remain. The schema refuses them, because no grammar has a percent sign. */
function decodedOnce(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function queryOf(c: FunctionContext, { shape }: ObjectSchema, faults: Fault[]): Values {
  const values = noValues();
  for (const [name, text] of searchParams(c)) {
    if (name in values) faults.push({ parameter: name, detail: 'may be given only once' });
    values[name] = scalar(text, shape[name]);
  }
  return values;
}

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** The decoded query. @throws Problem invalid_request on invalid escapes, which Hono would accept */
export function searchParams(c: FunctionContext): URLSearchParams {
  const start = c.req.url.indexOf('?');
  if (start === -1) return new URLSearchParams();
  const raw = c.req.url.slice(start + 1);
  try {
    if (BROKEN_ESCAPE.test(raw)) throw new URIError('invalid escape');
    decodeURIComponent(raw);
  } catch {
    throw invalidRequest([
      { parameter: 'query', detail: 'contains an invalid percent escape; encode it as UTF-8' },
    ]);
  }
  return new URLSearchParams(raw);
}

/** Query values are texts. The schema says which of them are numbers or booleans. */
function scalar(text: string, schema: z.core.$ZodType | undefined): unknown {
  const { def } = schema?._zod ?? {};
  const type =
    def?.type === 'optional' ? (def as z.core.$ZodOptionalDef).innerType._zod.def.type : '';
  if (type === 'number' && /^[0-9]{1,15}$/.test(text)) return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function headersOf(c: FunctionContext, { shape }: ObjectSchema): Values {
  const values = noValues();
  for (const name of Object.keys(shape)) values[name] = c.req.raw.headers.get(name) ?? undefined;
  return values;
}

async function jsonBody(c: FunctionContext, { types, required }: BodySchema<unknown>) {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0 && !required) return {};
  const [given = ''] = (c.req.raw.headers.get('content-type') ?? '').split(';');
  const type = given.trim().toLowerCase();
  const isSuffixed = types.includes(ANY_JSON) && /^application\/[\w.-]+\+json$/.test(type);
  if (!types.includes(type) && !isSuffixed) {
    throw new Problem('unsupported_media_type', `Send a body of type ${types.join(' or ')}.`);
  }
  return jsonOf(bytes);
}

/** @throws Problem invalid_request if the body is not UTF-8 or not JSON */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message may quote the body.
    throw invalidRequest([{ parameter: 'body', detail: 'expected JSON in UTF-8' }]);
  }
}

/** `onError` of Hono's `bodyLimit`. */
export function payloadTooLarge(maxBytes: number): () => never {
  return () => {
    throw new Problem('payload_too_large', `The body may have at most ${maxBytes} bytes.`);
  };
}
