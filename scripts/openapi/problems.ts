/** Problems in the OpenAPI document: one response component per status, and the codes of each operation. */
import * as z from 'zod/mini';
import { blockerSchema } from '../../shared/domain/deletion/deletion-answer.ts';
import { PROBLEMS, type ProblemCode } from '../../shared/values/problem.ts';
import { type HeaderName, headerReferences, type Json } from './components.ts';

/** A problem document (RFC 9457). `code` comes from a closed list, and each code has one status. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
  request_id: z.string(),
  errors: z.optional(z.array(z.object({ parameter: z.string(), detail: z.string() }))),
  blockers: z.optional(z.array(blockerSchema)),
  outcome: z.optional(z.literal('unknown')),
});

const HEADERS: Readonly<Partial<Record<number, readonly HeaderName[]>>> = {
  401: ['WWW-Authenticate'],
  405: ['Allow'],
  429: ['Retry-After'],
  503: ['Retry-After'],
};

/** `components.responses`, by name. */
export function problemResponses(schema: Json): Json {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return Object.fromEntries(
    [...byStatus(codes)].map(([status, those]) => [
      nameOf(status),
      {
        description: those.join(', '),
        ...problemContent(status, schema),
      },
    ]),
  );
}

/** The problems of an operation, by status. `own` has the operation's other answers. */
export function problemsOf(
  codes: readonly ProblemCode[],
  own: Readonly<Partial<Record<string, { readonly content: Json }>>>,
  schema: Json,
): Json {
  return Object.fromEntries(
    [...byStatus(codes)].map(([status, those]) => {
      const description = those.join(', ');
      const content = own[status]?.content;
      if (content === undefined) {
        return [status, { $ref: `#/components/responses/${nameOf(status)}`, description }];
      }
      const problem = problemContent(status, schema);
      return [status, { description, ...problem, content: { ...content, ...problem.content } }];
    }),
  );
}

function problemContent(status: number, schema: Json) {
  return {
    headers: headerReferences(['X-Request-Id', ...(HEADERS[status] ?? [])]),
    content: { 'application/problem+json': { schema } },
  };
}

function nameOf(status: number): string {
  return `Problem${status}`;
}

function byStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const [status] = PROBLEMS[code];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}
