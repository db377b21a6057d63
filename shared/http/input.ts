/**
 * Declares the input of a route: `input({ param, query, header, body })`. Before the handler runs, the schemas
 * validate the parameters, and `body.read` the body. The OpenAPI document is generated from the same
 * declaration. Not Hono's `validator`, which checks one of them at a time: here one problem names every
 * invalid parameter.
 */
import type { MiddlewareHandler } from 'hono';
import type * as z from 'zod/mini';
import { invalidRequest } from '../ports/invalid-request.ts';
import { Problem } from '../values/problem.ts';
import type { FunctionContext, FunctionEnv } from './function.ts';
import { type Conversions, conversionsOf, searchParams } from './query.ts';

type ObjectSchema = z.ZodMiniObject;

/** Any media type with the suffix of RFC 6839, 3.1. */
export const ANY_JSON = 'application/*+json';

/** A JSON body. Hono's `bodyLimit` limits its size. */
export interface BodyInput<Value> {
  /** Media types that are accepted; `ANY_JSON` may be one. */
  readonly types: readonly string[];
  /** Describes the body in OpenAPI, and validates nothing: `read` does. */
  readonly documentedAs: z.ZodMiniType;
  /** True if an empty body is refused. Otherwise it is read as `{}`. */
  readonly required: boolean;
  /** Validates the parsed JSON. @throws Problem */
  readonly read: (c: FunctionContext, body: unknown) => Value;
}

/** The declaration of a route's input. */
export interface InputSchemas {
  readonly param?: ObjectSchema;
  readonly query?: ObjectSchema;
  /** True if an empty query parameter counts as absent: forms of pages send every field. */
  readonly emptyIsAbsent?: true;
  /** Header names in lower case. */
  readonly header?: ObjectSchema;
  readonly body?: BodyInput<unknown>;
}

type Outputs<S extends InputSchemas> = {
  [K in 'param' | 'query' | 'header' as S[K] extends ObjectSchema
    ? K
    : never]: S[K] extends ObjectSchema ? z.output<S[K]> : never;
} & (S['body'] extends BodyInput<infer Value> ? { json: Value } : unknown);

/** A middleware with its declaration, for the OpenAPI document and webhook invocations. */
export interface Declared {
  readonly declares: InputSchemas;
}

/** The fault of one parameter. */
export interface Fault {
  readonly parameter: string;
  readonly detail: string;
}

/** Validates what it declares. Handlers read it with `c.req.valid('param')`, `'query'`, `'header'`, `'json'`. */
export function input<const S extends InputSchemas>(
  schemas: S,
): MiddlewareHandler<FunctionEnv, string, { in: Outputs<S>; out: Outputs<S> }> & Declared {
  const { param, query, header, body, emptyIsAbsent = false } = schemas;
  const conversions = conversionsOf(query);
  const validate: MiddlewareHandler<FunctionEnv> = async function validate(c, next) {
    const faults: Fault[] = [];
    if (param) c.req.addValidatedData('param', check(param, paramsOf(c, param), faults));
    if (query) {
      const values = queryOf(c, { conversions, emptyIsAbsent }, faults);
      c.req.addValidatedData('query', check(query, values, faults));
    }
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
  const named = new Set(faults.map(({ parameter }) => parameter));
  for (const fault of faultsOf(schema, result.error?.issues ?? [])) {
    if (!named.has(fault.parameter)) faults.push(fault);
    named.add(fault.parameter);
  }
  return result.data ?? {};
}

/** The faults of parameters that `schema` refuses. */
export function faultsOf({ shape }: ObjectSchema, issues: readonly z.core.$ZodIssue[]): Fault[] {
  if (issues.length === 0) return [];
  const names = Object.keys(shape).join(', ');
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((parameter) => ({
          parameter,
          detail:
            names === ''
              ? 'unknown; there are no parameters'
              : `unknown; the parameters are ${names}`,
        }))
      : [{ parameter: String(issue.path[0] ?? 'body'), detail: issue.message }],
  );
}

/** Values by name, without a prototype, so that `constructor` and `__proto__` are ordinary names. */
type Values = Record<string, unknown>;
const noValues = (): Values => Object.create(null) as Values;

/**
 * Path parameters, decoded twice: Hono decodes them once, but Harbor's clients encode repositories twice.
 * This applies to all of them, because no valid name contains a percent sign.
 */
function paramsOf(c: FunctionContext, { shape }: ObjectSchema): Values {
  const values = noValues();
  for (const name of Object.keys(shape)) values[name] = decodedAgain(c.req.param(name) ?? '');
  return values;
}

/** Invalid escapes remain, and the schema refuses them. */
function decodedAgain(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Includes unknown parameters, which a strict schema refuses and any other ignores. */
function queryOf(
  c: FunctionContext,
  { conversions, emptyIsAbsent }: { conversions: Conversions; emptyIsAbsent: boolean },
  faults: Fault[],
): Values {
  const values = noValues();
  for (const [name, text] of searchParams(c)) {
    if (emptyIsAbsent && text === '') continue;
    const convert = conversions.get(name);
    if (convert !== undefined && name in values) {
      faults.push({ parameter: name, detail: 'may be given only once' });
    }
    values[name] = convert === undefined ? text : convert(text);
  }
  return values;
}

function headersOf(c: FunctionContext, { shape }: ObjectSchema): Values {
  const values = noValues();
  for (const name of Object.keys(shape)) values[name] = c.req.header(name);
  return values;
}

async function jsonBody(c: FunctionContext, { types, required }: BodyInput<unknown>) {
  const bytes = new Uint8Array(await c.req.arrayBuffer());
  if (bytes.length === 0 && !required) return {};
  const [given = ''] = (c.req.header('content-type') ?? '').split(';');
  const type = given.trim().toLowerCase();
  const isSuffixed = types.includes(ANY_JSON) && /^application\/[\w.-]+\+json$/.test(type);
  if (!types.includes(type) && !isSuffixed) {
    throw new Problem('unsupported_media_type', `Send a body of type ${types.join(' or ')}.`);
  }
  return jsonOf(bytes);
}

/** Deeper values overflow the stack of `JSON.stringify`. Harbor's events have five levels. */
const MAX_DEPTH = 64;

/** @throws Problem invalid_request if the body is not UTF-8 or not JSON */
function jsonOf(bytes: Uint8Array): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message may quote the body.
    throw invalidRequest([{ parameter: 'body', detail: 'expected JSON in UTF-8' }]);
  }
  if (!isDeeper(value, MAX_DEPTH)) return value;
  throw invalidRequest([
    { parameter: 'body', detail: `expected at most ${MAX_DEPTH} levels of nesting` },
  ]);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** `onError` of Hono's `bodyLimit`. */
export function payloadTooLarge(maxBytes: number): () => never {
  return () => {
    throw new Problem('payload_too_large', `The body may have at most ${maxBytes} bytes.`);
  };
}
