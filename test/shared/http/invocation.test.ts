import { describe, expect, it } from 'vitest';
import { INVOCABLE_FUNCTIONS } from '../../../functions/webhook-invoke.ts';
import { readInvocation } from '../../../shared/http/invocation.ts';
import { routesOf } from '../../../shared/http/routes.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const artifact = { project: 'shop', repository: 'apps/web', reference: DIGEST };

type Name = keyof typeof INVOCABLE_FUNCTIONS;

function read(name: Name, body: unknown) {
  const route = routesOf(INVOCABLE_FUNCTIONS[name]).at(-1);
  if (route === undefined) throw new Error(`no route of ${name}`);
  return readInvocation(route, body);
}

describe('readInvocation', () => {
  it.each<[Name, unknown, string, object]>([
    ['local-images', {}, '/local-images', {}],
    ['local-images', { no_cache: true }, '/local-images', { 'Cache-Control': 'no-cache' }],
    ['images', { no_cache: false }, '/images', {}],
    ['harbor-projects', { page: 2, page_size: 10 }, '/harbor/projects?page=2&page_size=10', {}],
    ['harbor-repositories', { project: '12345' }, '/harbor/repositories/12345', {}],
    [
      'harbor-artifacts',
      { project: 'shop', repository: 'apps/web', q: 'a&b', sort: '-push_time' },
      '/harbor/artifacts/shop/apps/web?q=a%26b&sort=-push_time',
      {},
    ],
    ['node-images', { node: 'node-1' }, '/nodes/node-1/images', {}],
    ['node-images', { node: 'http://a/?#%' }, '/nodes/http%3A%2F%2Fa%2F%3F%23%25/images', {}],
    ['drift', { running: false }, '/drift?running=false', {}],
    ['health', { verbose: true }, '/readyz?verbose=true', {}],
    ['openapi', {}, '/openapi.json', {}],
    ['delete-harbor-artifact', artifact, `/harbor/artifacts/shop/apps/web/${DIGEST}`, {}],
    [
      'delete-harbor-artifact',
      { ...artifact, reference: 'v1', if_match: DIGEST, tag_only: true },
      '/harbor/artifacts/shop/apps/web/v1?tag_only=true',
      { 'If-Match': `"${DIGEST}"` },
    ],
    [
      'delete-harbor-artifact',
      { ...artifact, reference: 'v1', if_match: `"${DIGEST}"` },
      '/harbor/artifacts/shop/apps/web/v1',
      { 'If-Match': `"${DIGEST}"` },
    ],
    [
      'delete-harbor-artifact',
      { ...artifact, reference: 'v1', dry_run: true },
      '/harbor/artifacts/shop/apps/web/v1?dry_run=true',
      {},
    ],
  ])('of %s with %j is the direct call', (name, body, target, headers) => {
    const call = read(name, body);
    expect(call.path).toBe(target);
    expect(call.headers).toEqual(headers);
  });

  it.each<[Name, unknown, string]>([
    ['local-images', [], 'body'],
    ['local-images', null, 'body'],
    ['local-images', { project: 'shop' }, 'project'],
    ['local-images', { page: '2' }, 'page'],
    ['local-images', { page: 0 }, 'page'],
    ['local-images', { sort: 'colour' }, 'sort'],
    ['harbor-repositories', {}, 'project'],
    ['harbor-repositories', { project: '..' }, 'project'],
    ['harbor-artifacts', { project: 'shop', repository: 'a/../b' }, 'repository'],
    ['harbor-artifacts', { project: 'shop', repository: 'apps%2Fweb' }, 'repository'],
    ['delete-harbor-artifact', { ...artifact, reference: '..' }, 'reference'],
    ['delete-harbor-artifact', { ...artifact, dry_run: 'true' }, 'dry_run'],
    ['delete-harbor-artifact', { ...artifact, if_match: '*' }, 'if_match'],
    ['delete-harbor-artifact', { ...artifact, if_match: 'v1' }, 'if_match'],
    ['delete-harbor-artifact', { ...artifact, reference: 'v1' }, 'if_match'],
    ['delete-harbor-artifact', { ...artifact, reference: 'v1', force: true }, 'if_match'],
    ['delete-harbor-artifact', { ...artifact, reference: 'v1', dry_run: false }, 'if_match'],
    ['delete-harbor-artifact', { ...artifact, 'If-Match': DIGEST }, 'If-Match'],
  ])('of %s refuses %j and names %s', (name, body, parameter) => {
    expect(() => read(name, body)).toThrowError(
      expect.objectContaining({
        code: 'invalid_request',
        extras: { errors: [expect.objectContaining({ parameter })] },
      }),
    );
  });
});

it('offers every function but the webhooks', () => {
  expect(Object.keys(INVOCABLE_FUNCTIONS)).toEqual([
    'local-images',
    'harbor-projects',
    'harbor-repositories',
    'deletion-plan',
    'harbor-artifacts',
    'delete-harbor-artifact',
    'images',
    'nodes',
    'node-images',
    'compare',
    'usage',
    'drift',
    'harbor-unused',
    'harbor-cleanup',
    'journal',
    'health',
    'openapi',
  ]);
});
