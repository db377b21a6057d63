/** The query of a request: its parameters, and the values that their texts are for a schema. */
import type * as z from 'zod/mini';
import { invalidRequest } from '../ports/invalid-request.ts';
import { rawQuery } from './base/connection.ts';
import type { FunctionContext } from './function.ts';

const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** The decoded query. @throws Problem invalid_request on invalid escapes, which Hono would accept */
export function searchParams(c: FunctionContext): URLSearchParams {
  const raw = rawQuery(c).slice(1);
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

/** By parameter: turns its text into the value that its schema expects, if it has that form. */
export type Conversions = ReadonlyMap<string, (text: string) => unknown>;

const CONVERSIONS = new Map<string, (text: string) => unknown>([
  ['number', (text) => (/^[0-9]{1,15}$/.test(text) ? Number(text) : text)],
  ['boolean', (text) => (text === 'true' || text === 'false' ? text === 'true' : text)],
  ...['string', 'enum', 'union', 'pipe'].map((type) => [type, (text: string) => text] as const),
]);

/** @throws Error if a schema has a type that no conversion is known for, when the function is created */
export function conversionsOf(query: z.ZodMiniObject | undefined): Conversions {
  return new Map(
    Object.entries(query?.shape ?? {}).map(([name, schema]) => {
      const { def } = schema._zod;
      const isOptional = def.type === 'optional';
      const { type } = isOptional ? (def as z.core.$ZodOptionalDef).innerType._zod.def : def;
      const convert = CONVERSIONS.get(type);
      if (convert === undefined) throw new Error(`the query parameter ${name} is of type ${type}`);
      return [name, convert];
    }),
  );
}
