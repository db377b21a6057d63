/**
 * The problem responses of the OpenAPI document. They are made from the list of codes when the document is
 * served, because they are nine tenths of it and the list is in every bundle anyway.
 */
import { PROBLEMS, type ProblemCode } from '../problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** An operation as `npm run openapi` writes it: its own answers, and the codes of its problems. */
interface CompactOperation {
  readonly problems: readonly string[];
  readonly responses: Json;
}

export interface CompactDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, CompactOperation>>>>;
  readonly components: Json;
}

/** The complete document. */
export function withProblems({ paths, components, ...rest }: CompactDocument): Json {
  const examples = mapValues(PROBLEMS, ([status, title], code) => ({
    value: {
      type: 'about:blank',
      title,
      status,
      detail: `${title}.`,
      instance: '/local-images',
      code,
      request_id: '4c2f9a3e-6f0b-4a52-9a86-0e4d1f4f7f10',
    },
  }));
  return {
    ...rest,
    paths: mapValues(paths, (methods) => mapValues(methods, (method) => operation(method))),
    components: { ...components, examples },
  };
}

function operation({ problems, responses, ...rest }: CompactOperation): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problems.filter(isCode)) {
    const [status] = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const spelled = [...byStatus].map(([status, codes]) => {
    const own = responses[status] as { readonly content?: Json } | undefined;
    const again = status === 429 || status === 503;
    const response = {
      description: codes.map((code) => `${code}: ${PROBLEMS[code][1]}`).join('. '),
      headers: references('headers', ['X-Request-Id', ...(again ? ['Retry-After'] : [])]),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: references('examples', codes),
        },
        ...own?.content,
      },
    };
    return [status, response];
  });
  return { ...rest, responses: { ...responses, ...Object.fromEntries(spelled) } };
}

function isCode(code: string): code is ProblemCode {
  return code in PROBLEMS;
}

function references(kind: 'headers' | 'examples', names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/${kind}/${name}` }]));
}

function mapValues<Value, Made>(
  record: Readonly<Record<string, Value>>,
  make: (value: Value, key: string) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
}
