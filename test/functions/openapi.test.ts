import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../functions/router.ts';
import { openapiDocument } from '../../scripts/openapi-document.ts';
import { type CompactDocument, withProblems } from '../../shared/http/openapi-problems.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { PROBLEMS } from '../../shared/problem.ts';
import { bodyOf } from '../support/body.ts';
import { createService } from '../support/service.ts';

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>;
}

describe('GET /openapi.json', () => {
  it('answers the document that `npm run openapi` would make now', async () => {
    const { json } = createService({});
    const { version } = read('package.json') as { version: string };
    const current: CompactDocument = JSON.parse(JSON.stringify(openapiDocument(version)));
    expect(read('functions/openapi-document.json')).toEqual(current);
    expect(await json('/openapi.json')).toEqual(withProblems(current));
  });

  it('has every endpoint of the route table and nothing else', async () => {
    const { get } = createService({});
    const document = await bodyOf<Document>(await get('/openapi.json'));
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(
      Object.values(FUNCTIONS)
        .flatMap(routesOf)
        .map(({ method, template }) => `${method} ${template}`)
        .toSorted(),
    );
  });

  it('names every problem code at some endpoint', async () => {
    const { get } = createService({});
    const document = await bodyOf<Document>(await get('/openapi.json'));
    const answered = JSON.stringify(document.paths);
    const missing = Object.keys(PROBLEMS).filter((code) => !answered.includes(`/${code}"`));
    expect(missing).toEqual([]);
  });
});
