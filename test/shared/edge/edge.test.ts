import { describe, expect, it } from 'vitest';
import { FUNCTIONS, router } from '../../../functions/router.ts';
import { edgeServices } from '../../../shared/edge/edge.ts';
import { edgeParts } from '../../../shared/edge/edge-parts.ts';
import { createApp } from '../../../shared/http/app.ts';
import type { AnyFunction } from '../../../shared/http/routes.ts';
import { bodyOf } from '../../support/body.ts';

/** A function on an edge runtime with these bindings, which has no Harbor and no bridge. */
function onTheEdge(bindings: Readonly<Record<string, string>>, fn: AnyFunction = router) {
  return createApp(fn, () => edgeServices({ LOG_LEVEL: 'CRITICAL', ...bindings }, edgeParts));
}

const READS = [
  '/local-images',
  '/harbor/projects',
  '/harbor/repositories/team',
  '/harbor/artifacts/team/web',
  '/images',
  '/readyz?verbose',
  '/openapi.json',
];

describe('reading on the edge', () => {
  it.each(READS)(
    '%s without read_token and public_reads is invalid_configuration',
    async (path) => {
      const res = await onTheEdge({}).request(path);

      expect(res.status).toBe(503);
      const { code, detail } = await bodyOf(res);
      expect(code).toBe('invalid_configuration');
      expect(detail).toMatch(/app_config\.read_token.*app_config\.public_reads/);
    },
  );

  it('is the same for a function that is deployed alone', async () => {
    const res = await onTheEdge({}, FUNCTIONS.openapi).request('/openapi.json');

    expect((await bodyOf(res)).code).toBe('invalid_configuration');
  });

  it('is the same for the plan of a deletion', async () => {
    const init = { method: 'DELETE' };
    const res = await onTheEdge({}).request('/harbor/artifacts/team/web/v1?dry_run=true', init);

    expect((await bodyOf(res)).code).toBe('invalid_configuration');
  });

  it('is open with public_reads', async () => {
    expect((await onTheEdge({ PUBLIC_READS: 'true' }).request('/openapi.json')).status).toBe(200);
  });

  it('needs the read_token if one is set, with any public_reads', async () => {
    const app = onTheEdge({ READ_TOKEN: 'r1-token-of-the-test', PUBLIC_READS: 'true' });
    const headers = { Authorization: 'Bearer r1-token-of-the-test' };

    expect((await app.request('/openapi.json')).status).toBe(401);
    expect((await app.request('/openapi.json', { headers })).status).toBe(200);
  });

  it.each(['/livez', '/readyz'])('of %s is always open', async (path) => {
    const res = await onTheEdge({}).request(path);

    expect(res.headers.get('content-type')).toMatch(/^text\/plain/);
  });
});
