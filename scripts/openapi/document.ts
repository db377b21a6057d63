/**
 * Makes the OpenAPI 3.1 document from the routes of the functions and the schemas that validate requests. Not hono-openapi
 * 1.3: it would replace about 100 of the 1,260 lines of this folder, because the texts, examples, links and problems are
 * ours; its middleware adds 22 KB to each function, and it declares a 400 of a form that no endpoint answers.
 */
import * as z from 'zod/mini';
import { API_FUNCTIONS } from '../../functions/api.ts';
import type { BodyInput } from '../../shared/http/input.ts';
import { type Route, routesOf } from '../../shared/http/routes.ts';
import {
  HEADERS,
  headerReferences,
  type Json,
  REQUEST_ID_PARAMETER,
  SECURITY_SCHEMES,
  TAGS,
} from './components.ts';
import type { ParameterName, RouteKey } from './declared.ts';
import { linksOf } from './links.ts';
import { MEMBERS, PARAMETERS } from './parameters.ts';
import { problemResponses, problemSchema, problemsOf } from './problems.ts';
import { ROUTES, type RouteTexts } from './routes.ts';
import { schemaConverter } from './schemas.ts';

type Convert = (schema: z.ZodMiniType) => Json;

/** The declarations of the functions of the API, with their texts. */
export function openapiDocument(version: string): Json {
  // `ROUTES` has texts for each route, or it does not compile.
  const routes = Object.values(API_FUNCTIONS)
    .flatMap(routesOf)
    .map((route) => ({ route, texts: ROUTES[`${route.method} ${route.path}` as RouteKey] }));
  const { components, convert } = schemaConverter(
    Object.fromEntries(
      routes.flatMap(({ route: { input }, texts: { body } }) =>
        input.body && body ? namedSchemas(input.body.documentedAs, body) : [],
      ),
    ),
  );
  const problem = convert(problemSchema);
  const paths: Record<string, Record<string, Json>> = {};
  for (const { route, texts } of routes) {
    const method = route.method.toLowerCase();
    const made = operation(route, texts, convert);
    paths[route.template] = { ...paths[route.template], [method]: made };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Image API',
      version,
      description:
        'Lists the images of a host and of a Harbor registry, and deletes artifacts that are not in ' +
        'use and have no other tags.',
    },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      schemas: Object.fromEntries(
        Object.entries(components).map(([name, schema]) => [
          name,
          name.endsWith('Invocation') ? described(schema as ObjectSchema) : schema,
        ]),
      ),
      responses: {
        NotModified: {
          description: 'The answer has not changed',
          headers: headerReferences(['X-Request-Id', 'ETag']),
        },
        ...problemResponses(problem),
      },
      headers: HEADERS,
      parameters: { 'X-Request-Id': REQUEST_ID_PARAMETER },
    },
  };
}

/** The schema of a body and, of a union, its alternatives, with their names. */
function namedSchemas(
  schema: z.ZodMiniType,
  { name, alternatives = [] }: NonNullable<RouteTexts['body']>,
): readonly (readonly [string, z.ZodMiniType])[] {
  const options = schema instanceof z.ZodMiniUnion ? schema.def.options : [];
  if (options.length !== alternatives.length) throw new Error(`${name} has other alternatives`);
  return [
    [name, schema],
    ...alternatives.map((one, index) => [one, options[index] as z.ZodMiniType] as const),
  ];
}

function operation(route: Route, texts: RouteTexts, convert: Convert): Json {
  const isList = 'page_size' in (route.input.query?.shape ?? {});
  const revalidates = 'if-none-match' in (route.input.header?.shape ?? {});
  const headers = headerReferences([
    'X-Request-Id',
    ...(isList ? (['X-Total-Count', 'Link', 'ETag'] as const) : []),
    ...(texts.answerHeaders ?? []),
  ]);
  const answers = Object.fromEntries(
    Object.entries(texts.answers).map(([status, contents]) => {
      const content = Object.entries(contents).map(([type, { schema, example }]) => [
        type,
        { schema: convert(schema), ...(example !== undefined && { example }) },
      ]);
      const description = status === '202' ? 'Accepted' : 'OK';
      const links = status === '200' ? linksOf(texts.operationId) : {};
      const made = { description, headers, content: Object.fromEntries(content) as Json, ...links };
      return [status, made];
    }),
  );
  const { body } = route.input;
  return {
    operationId: texts.operationId,
    tags: [texts.tag],
    summary: texts.summary,
    parameters: [...parameters(route, convert), { $ref: '#/components/parameters/X-Request-Id' }],
    ...(texts.security && { security: texts.security }),
    ...(body && { requestBody: requestBody(body, texts.body?.example, convert) }),
    responses: {
      ...answers,
      ...(revalidates && { 304: { $ref: '#/components/responses/NotModified' } }),
      ...problemsOf(texts.problems, answers, convert(problemSchema)),
    },
  };
}

function parameters({ input }: Route, convert: Convert): readonly Json[] {
  const places = [
    ['path', input.param],
    ['query', input.query],
    ['header', input.header],
  ] as const;
  return places.flatMap(([where, schema]) => {
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = convert(schema) as ObjectSchema;
    return Object.entries(properties).map(([key, declared]) => {
      const { name = key, schema: stated, ...texts } = PARAMETERS[key as ParameterName];
      const schema = { ...declared, ...stated };
      return { name, in: where, required: required.includes(key), ...texts, schema };
    });
  });
}

/** An invocation, with what its members mean: they are the parameters of the direct call. */
function described({ properties, ...schema }: ObjectSchema): Json {
  if (properties === undefined) return schema;
  const entries = Object.entries(properties).map(([name, property]) => {
    const description = MEMBERS[name]?.description;
    return [name, { ...property, ...(description !== undefined && { description }) }];
  });
  return { ...schema, properties: Object.fromEntries(entries) };
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
}

function requestBody(
  { required, types, documentedAs }: BodyInput<unknown>,
  example: unknown,
  convert: Convert,
): Json {
  const content = { schema: convert(documentedAs), example };
  // Generated clients send what is written here, so a pattern such as `application/*+json` is left out.
  const concrete = types.filter((type) => !type.includes('*'));
  return { required, content: Object.fromEntries(concrete.map((type) => [type, content])) };
}
