/**
 * Makes the OpenAPI 3.1 document from the routes of the functions and the schemas that validate requests, all but
 * the problem responses: of those the codes only.
 */
import * as z from 'zod/mini';
import { FUNCTIONS } from '../functions/router.ts';
import { type Route, routesOf } from '../shared/http/routes.ts';
import { PROBLEMS } from '../shared/problem.ts';
import { PARAMETERS, type Parameter } from './openapi-parameters.ts';
import { ROUTES, type RouteKey, type RouteTexts } from './openapi-texts.ts';

type Json = Readonly<Record<string, unknown>>;

/** Everything that a Hono app of a function declares, with the texts that belong to it. */
export function openapiDocument(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of Object.values(FUNCTIONS).flatMap(routesOf)) {
    // `ROUTES` has texts for each route, or it does not compile.
    const texts: RouteTexts = ROUTES[`${route.method} ${route.path}` as RouteKey];
    const method = route.method.toLowerCase();
    paths[route.template] = { ...paths[route.template], [method]: operation(route, texts) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Image API',
      version,
      description:
        'Lists the images of a host and of a Harbor registry, and deletes artifacts without ' +
        'taking away what is in use or otherwise tagged.',
    },
    servers: [{ url: '/' }],
    security: [{}, { token: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        harborWebhook: { type: 'apiKey', in: 'header', name: 'Authorization' },
      },
      schemas: { Problem: problemSchema() },
      headers: {
        'X-Request-Id': { schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,128}$' } },
        'X-Total-Count': {
          description: 'Rows in all, however many this answer holds',
          schema: { type: 'integer', minimum: 0 },
        },
        Link: {
          description: 'On slices: first, prev, next, last (RFC 8288), relative',
          schema: { type: 'string' },
        },
        ETag: { schema: { type: 'string' } },
        Age: {
          description: 'Seconds since the host was read',
          schema: { type: 'integer', minimum: 0 },
        },
        'Retry-After': { schema: { type: 'integer', minimum: 1 } },
      },
      parameters: {
        'X-Request-Id': {
          name: 'X-Request-Id',
          in: 'header',
          required: false,
          description: 'Taken when it is 1 to 128 of A-Za-z0-9._-, otherwise one is made',
          schema: { type: 'string' },
        },
      },
    },
  };
}

function operation(route: Route, texts: RouteTexts): Json {
  const isList = route.input.query !== undefined && 'page_size' in route.input.query.shape;
  const { body } = route.input;
  return {
    operationId: operationId(route),
    summary: texts.summary,
    parameters: [...parameters(route), { $ref: '#/components/parameters/X-Request-Id' }],
    ...(texts.security === undefined ? {} : { security: texts.security }),
    ...(body === undefined ? {} : { requestBody: requestBody(body, texts.bodyExample) }),
    responses: {
      [texts.status ?? 200]: {
        description: texts.status === undefined ? 'OK' : 'Accepted',
        headers: headerRefs([
          'X-Request-Id',
          ...(isList ? ['X-Total-Count', 'Link', 'ETag'] : []),
          ...(texts.answerHeaders ?? []),
        ]),
        content: {
          [texts.type ?? 'application/json']: {
            schema: answerSchema(texts),
            example: texts.example,
          },
          ...(texts.orText === true
            ? { 'text/plain': { schema: { type: 'string' }, example: 'ok\n' } }
            : {}),
        },
      },
      ...(isList ? { 304: { description: 'The caller has this list already' } } : {}),
      ...(texts.orText === true
        ? { 503: { content: { 'text/plain': { schema: { type: 'string' }, example: 'down\n' } } } }
        : {}),
    },
    // Spelled out by shared/openapi-problems.ts on request.
    problems: [...new Set(texts.problems)],
  };
}

function operationId({ method, template }: Route): string {
  const words = template.slice(1).replace(/\W+/g, '_').replace(/_$/, '');
  return `${method.toLowerCase()}_${words}`;
}

function parameters({ input }: Route): readonly Json[] {
  return [
    ...propertiesOf(input.param).map(([name, schema]) => parameter(name, 'path', schema)),
    ...propertiesOf(input.query).map(([name, schema]) => parameter(name, 'query', schema)),
    ...propertiesOf(input.header).map(([name, schema]) => parameter(name, 'header', schema)),
  ];
}

function parameter(key: string, where: Parameter['in'], schema: Json): Json {
  const known = PARAMETERS[key];
  if (known === undefined) throw new Error(`no texts for the parameter ${key}`);
  return {
    name: known.name ?? key,
    in: where,
    required: where === 'path' || known.required === true,
    description: known.description,
    schema: { ...schema, ...known.schema },
    ...(known.example === undefined ? {} : { example: known.example }),
  };
}

function requestBody(
  { required, types, schema }: NonNullable<Route['input']['body']>,
  example: unknown,
): Json {
  const content = { schema: jsonSchema(schema), example };
  return { required, content: Object.fromEntries(types.map((type) => [type, content])) };
}

function propertiesOf(schema: z.ZodMiniObject | undefined): readonly [string, Json][] {
  if (schema === undefined) return [];
  const { properties = {} } = jsonSchema(schema) as { properties?: Record<string, Json> };
  return Object.entries(properties);
}

function answerSchema({ type, answer }: RouteTexts): Json {
  if (type !== undefined) return { type: 'string' };
  return answer === undefined ? { type: 'object' } : jsonSchema(answer);
}

function jsonSchema(schema: z.ZodMiniType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}

function headerRefs(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function problemSchema(): Json {
  return {
    description: 'RFC 9457; `code` comes from one closed list with one status for each',
    type: 'object',
    required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'request_id'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string', description: 'For the operator: what happened and what to do' },
      instance: { type: 'string' },
      code: { enum: Object.keys(PROBLEMS) },
      request_id: { type: 'string' },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['parameter', 'detail'],
          properties: { parameter: { type: 'string' }, detail: { type: 'string' } },
        },
      },
      blockers: {
        type: 'array',
        items: {
          type: 'object',
          required: ['code', 'detail'],
          properties: { code: { type: 'string' }, detail: { type: 'string' } },
        },
      },
      outcome: { const: 'unknown' },
    },
  };
}
