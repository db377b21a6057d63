import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { API_FUNCTIONS } from '../../functions/api.ts';
import { openapiDocument } from '../../scripts/openapi/document.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { PROBLEMS } from '../../shared/values/problem.ts';
import { bodyOf } from '../support/body.ts';
import { createService } from '../support/service.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly responses: Record<
    string,
    { readonly $ref?: string; readonly content?: Record<string, { readonly schema: unknown }> }
  >;
}

interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}

const document = read('functions/openapi-document.json') as Document;
const operations = Object.fromEntries(
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, made]) => [`${method.toUpperCase()} ${path}`, made]),
  ),
);

describe('GET /openapi.json', () => {
  it('answers the document that `npm run openapi` would make now', async () => {
    const { get } = createService({});
    const { version } = read('package.json') as { version: string };
    expect(document).toEqual(JSON.parse(JSON.stringify(openapiDocument(version))));
    expect(await bodyOf(await get('/openapi.json'))).toEqual(document);
  });

  it('has every endpoint of the API, and no page', () => {
    expect(document.openapi).toBe('3.1.0');
    const routes = Object.values(API_FUNCTIONS).flatMap(routesOf);
    expect(Object.keys(operations).toSorted()).toEqual(
      routes.map(({ method, template }) => `${method} ${template}`).toSorted(),
    );
  });

  it('gives each operation an id of its own and a described tag', () => {
    const all = Object.values(operations);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    const known = document.tags.map(({ name }) => name);
    expect(all.flatMap(({ tags }) => tags).filter((tag) => !known.includes(tag))).toEqual([]);
  });

  it.each([
    ['GET /local-images', 'LocalImage'],
    ['GET /harbor/projects', 'Project'],
    ['GET /harbor/repositories/{project}', 'Repository'],
    ['GET /harbor/artifacts/{project}/{repository}', 'Artifact'],
  ])('describes the rows of %s as %s', (endpoint, name) => {
    expect(operations[endpoint]?.responses['200']?.content?.['application/json']?.schema).toEqual({
      type: 'array',
      items: { $ref: `#/components/schemas/${name}` },
    });
  });

  it.each([
    ['POST /webhooks/harbor', 'HarborEvent', ['application/json', 'application/cloudevents+json']],
    ['POST /webhooks/{function}', 'Invocation', ['application/json']],
    ['POST /harbor/cleanup', 'CleanupRequest', ['application/json']],
  ])(
    'describes the body of %s once for all media types that a client can send',
    (endpoint, name, types) => {
      const contents = operations[endpoint]?.requestBody?.content ?? {};
      const described = expect.objectContaining({
        schema: { $ref: `#/components/schemas/${name}` },
      });
      expect(contents).toEqual(Object.fromEntries(types.map((type) => [type, described])));
    },
  );

  it.each(['200', '503'])('describes the %s of /readyz as a word and as JSON', (status) => {
    expect(operations['GET /readyz']?.responses[status]?.content).toMatchObject({
      'text/plain': { schema: { type: 'string' } },
      'application/json': { schema: { $ref: '#/components/schemas/Readiness' } },
    });
  });

  it('refers to one problem response for each status', () => {
    const missing = operations['GET /harbor/repositories/{project}']?.responses['404'];
    expect(missing?.$ref).toBe('#/components/responses/Problem404');
    expect(document.components['responses']?.['Problem404']).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });

  it('refers only to components that it contains', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/([^"]+)"/g)];
    const dangling = references
      .map(([, reference = '']) => reference.split('/') as [string, string])
      .filter(([kind, name]) => !Object.hasOwn(document.components[kind] ?? {}, name));
    expect(references.length).toBeGreaterThan(50);
    expect(dangling).toEqual([]);
  });

  it('names every problem code at some endpoint', () => {
    const answered: readonly string[] = JSON.stringify(document.paths).match(/\w+/g) ?? [];
    expect(Object.keys(PROBLEMS).filter((code) => !answered.includes(code))).toEqual([]);
  });
});
