/**
 * Makes the OpenAPI 3.1 document from the route table and the schemas that validate requests, all but
 * the problem responses: of those the codes only.
 */
import * as z from 'zod/mini';
import type { Endpoint } from '../shared/endpoint.ts';
import { PROBLEMS } from '../shared/problem.ts';
import { PARAMETERS, type Parameter } from './openapi-parameters.ts';
import { type BodyTexts, ROUTES, type RouteTexts } from './openapi-texts.ts';

type Json = Readonly<Record<string, unknown>>;

/** @throws Error when a route has no texts: the document must be complete */
export function openapiDocument(endpoints: readonly Endpoint[], version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    const texts = ROUTES[`${endpoint.method} ${endpoint.path}`];
    if (texts === undefined) throw new Error(`no texts for ${endpoint.method} ${endpoint.path}`);
    const method = endpoint.method.toLowerCase();
    paths[endpoint.path] = { ...paths[endpoint.path], [method]: operation(endpoint, texts) };
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

function operation(endpoint: Endpoint, texts: RouteTexts): Json {
  const isList = endpoint.query !== undefined && endpoint.method === 'GET';
  return {
    operationId: `${endpoint.method.toLowerCase()}_${endpoint.path.slice(1).replace(/\W+/g, '_').replace(/_$/, '')}`,
    summary: texts.summary,
    parameters: [
      ...parameters(endpoint, isList),
      ...(texts.headers ?? []).map((name) => parameter(name, 'header', {})),
      { $ref: '#/components/parameters/X-Request-Id' },
    ],
    ...(texts.security === undefined ? {} : { security: texts.security }),
    ...(texts.body === undefined ? {} : { requestBody: requestBody(texts.body) }),
    responses: {
      [texts.status ?? 200]: {
        description: texts.status === undefined ? 'OK' : 'Accepted',
        headers: headerRefs(
          ['X-Request-Id'],
          isList ? ['X-Total-Count', 'Link', 'ETag'] : [],
          endpoint.path === '/local-images' ? ['Age'] : [],
        ),
        content: {
          [texts.type ?? 'application/json']: {
            schema: answerSchema(endpoint, texts),
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

function parameters(endpoint: Endpoint, isList: boolean): readonly Json[] {
  const inPath = [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) =>
    parameter(name, 'path', {}),
  );
  const properties = endpoint.query === undefined ? {} : propertiesOf(endpoint.query);
  const inQuery = Object.entries(properties).map(([name, schema]) =>
    parameter(name, 'query', schema),
  );
  const headers = [
    ...(isList ? ['If-None-Match'] : []),
    ...(endpoint.path === '/local-images' || endpoint.path === '/images' ? ['Cache-Control'] : []),
    ...(endpoint.method === 'DELETE' ? ['If-Match'] : []),
  ].map((name) => parameter(name, 'header', {}));
  const verbose = endpoint.path === '/readyz' ? [parameter('verbose', 'query', {})] : [];
  return [...inPath, ...inQuery, ...verbose, ...headers];
}

function parameter(name: string, where: Parameter['in'], schema: Json): Json {
  const known = PARAMETERS[name];
  if (known === undefined) throw new Error(`no texts for the parameter ${name}`);
  return {
    name,
    in: where,
    required: where === 'path',
    description: known.description,
    schema: { ...schema, ...known.schema },
    ...(known.example === undefined ? {} : { example: known.example }),
  };
}

function requestBody({ required, types, schema, example }: BodyTexts): Json {
  const content = {
    schema: schema === undefined ? { type: 'object' } : jsonSchema(schema),
    example,
  };
  return { required, content: Object.fromEntries(types.map((type) => [type, content])) };
}

function propertiesOf(schema: z.ZodMiniType): Readonly<Record<string, Json>> {
  const { properties = {} } = jsonSchema(schema) as { properties?: Record<string, Json> };
  return properties;
}

function answerSchema(endpoint: Endpoint, texts: RouteTexts): Json {
  if (texts.type !== undefined) return { type: 'string' };
  return endpoint.answer === undefined ? { type: 'object' } : jsonSchema(endpoint.answer);
}

function jsonSchema(schema: z.ZodMiniType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'output' });
  return rest;
}

function headerRefs(...groups: readonly (readonly string[])[]): Json {
  return Object.fromEntries(
    groups.flat().map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
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
