/** Tells whether a JSON schema allows a value, for the keywords that the OpenAPI document has. */

export type JsonSchema = Readonly<Record<string, unknown>>;

/** By keyword. One that is not here and is no annotation fails the test. */
const KEYWORDS: Readonly<
  Record<
    string,
    (
      stated: never,
      value: unknown,
      by: (schema: never, value: unknown) => boolean,
      schema: JsonSchema,
    ) => boolean
  >
> = {
  type: (stated: string | readonly string[], value) =>
    [stated].flat().some((type) => IS_TYPE[type]?.(value)),
  enum: (stated: readonly unknown[], value) => stated.includes(value),
  const: (stated: unknown, value) => stated === value,
  pattern: (stated: string, value) =>
    typeof value !== 'string' || new RegExp(stated, 'u').test(value),
  maxLength: (stated: number, value) => typeof value !== 'string' || value.length <= stated,
  minimum: (stated: number, value) => typeof value !== 'number' || value >= stated,
  maximum: (stated: number, value) => typeof value !== 'number' || value <= stated,
  minItems: (stated: number, value) => !Array.isArray(value) || value.length >= stated,
  maxItems: (stated: number, value) => !Array.isArray(value) || value.length <= stated,
  items: (stated, value, by) => !Array.isArray(value) || value.every((item) => by(stated, item)),
  required: (stated: readonly string[], value) => stated.every((name) => name in membersOf(value)),
  properties: (stated: Readonly<Record<string, never>>, value, by) =>
    Object.entries(membersOf(value)).every(
      ([name, member]) => !Object.hasOwn(stated, name) || by(stated[name] as never, member),
    ),
  additionalProperties: (stated: boolean, value, _, { properties = {} }) =>
    stated ||
    Object.keys(membersOf(value)).every((name) => Object.hasOwn(properties as object, name)),
  anyOf: (stated: readonly never[], value, by) => stated.some((schema) => by(schema, value)),
  not: (stated, value, by) => !by(stated, value),
  if: (stated, value, by, schema) =>
    by((by(stated, value) ? schema['then'] : schema['else']) as never, value),
};
const ANNOTATIONS = ['description', 'format', 'readOnly', 'then', 'else'];

const IS_TYPE: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return IS_TYPE['object']?.(value) ? (value as Readonly<Record<string, unknown>>) : {};
}

/** @param components those that `$ref` names */
export function allows(
  components: Readonly<Record<string, JsonSchema>>,
): (schema: JsonSchema, value: unknown) => boolean {
  const by = ({ $ref, ...schema }: JsonSchema, value: unknown): boolean => {
    const named = components[String($ref).replace('#/components/schemas/', '')];
    if ($ref !== undefined && (named === undefined || !by(named, value))) return false;
    return Object.entries(schema).every(([keyword, stated]) => {
      if (ANNOTATIONS.includes(keyword)) return true;
      const holds = KEYWORDS[keyword];
      if (holds === undefined) throw new Error(`the keyword ${keyword} has no meaning here`);
      return holds(stated as never, value, by, schema);
    });
  };
  return by;
}
