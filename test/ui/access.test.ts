import { describe, expect, it } from 'vitest';
import { router } from '../../functions/router.ts';
import { Connection } from '../../shared/http/base/connection.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { bodyOf } from '../support/body.ts';
import { createRouter } from '../support/router.ts';
import { BROWSER_ACCEPT, visitorOf } from '../support/visitor.ts';

const READ = 'read-token-of-the-phone';
const WRITE = 'write-token-of-ci';
const TOKENS = { read_token: { phone: READ }, write_token: { ci: WRITE } };

function visited(app_config: object = TOKENS, ui_config: object = {}) {
  const service = createRouter({ app_config, ui_config });
  return { ...service, visitor: visitorOf(service) };
}

/** The routes of the router, with values for their parameters. */
const ROUTES = routesOf(router)
  .filter(({ method }) => method !== 'ALL')
  .map(({ method, template }) => {
    const values: Record<string, string> = { project: 'team', reference: 'v1', node: 'node-1' };
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'web');
    return [method, path] as const;
  });
const isPage = (path: string) => path === '/' || /^\/ui(\/|$)/.test(path);
const API = ROUTES.filter(([, path]) => !isPage(path));
const PAGES = ROUTES.filter(([method, path]) => method === 'GET' && isPage(path)).map(
  ([, path]) => path,
);
/** What `/ui` says where no bridge is configured. */
const ADMITTED = 'bridge_unavailable';
const OPEN = ['/ui/login', '/ui/assets/web'];

describe('the JSON API', () => {
  it.each(API)('does not take the cookie for %s %s', async (method, path) => {
    const { get, visitor } = visited();
    await visitor.logIn(WRITE);
    const ask = async (headers: Readonly<Record<string, string>>) => {
      const res = await get(path, { method, headers });
      return [
        res.status,
        res.headers.get('www-authenticate'),
        (await res.text()).includes('"unauthorized"'),
      ];
    };

    const cookie = visitor.cookie() ?? '';

    expect(await ask({ cookie })).toEqual(await ask({}));
    expect(await ask({ cookie, origin: 'http://localhost' })).toEqual(await ask({}));
  });

  it('has routes that need a token', async () => {
    const { get } = visited();

    const statuses = await Promise.all(
      API.map(async ([method, path]) => (await get(path, { method })).status),
    );

    expect(statuses.filter((status) => status === 401).length).toBeGreaterThan(12);
    expect(statuses).not.toContain(404);
  });
});

describe('a page', () => {
  it.each(PAGES.filter((path) => !OPEN.includes(path)))(
    '%s needs a login: an Authorization header does not open it',
    async (path) => {
      const { visitor } = visited();

      const html = await visitor.open(path, { authorization: `Bearer ${WRITE}` });
      const json = await visitor.open(path, { authorization: `Bearer ${WRITE}`, accept: '*/*' });

      expect([html.status, json.status]).toEqual([401, 401]);
      expect(await bodyOf(json)).toMatchObject({
        code: 'unauthorized',
        detail: expect.stringContaining('Authorization header opens only the JSON API'),
        login: `/ui/login${path === '/ui' ? '' : `?next=${encodeURIComponent(path)}`}`,
      });
    },
  );

  it('is open to everyone if reads are, and needs no login over local_socket', async () => {
    const open = visited({ write_token: WRITE });
    const guarded = visited();
    const request = new Request('http://localhost/ui/login', {
      headers: { accept: BROWSER_ACCEPT },
    });

    const local = await guarded.app.fetch(request, new Connection('/ui/login', { isLocal: true }));

    expect(await (await open.visitor.open('/ui')).text()).toContain(ADMITTED);
    const html = await local.text();
    expect(html).toContain('you need no login');
    expect(html).not.toContain('name="token"');
  });

  it('of a service without tokens says how deletes are set up, and has no form for a token', async () => {
    const { visitor } = visited({});

    const html = await (await visitor.open('/ui/login')).text();

    expect(html).toContain('Everyone may read. To delete, set app_config.write_token');
    expect(html).not.toContain('name="token"');
  });

  it('says how reads are set up where nobody may read', async () => {
    const { visitor } = visited({ public_reads: false });

    const res = await visitor.open('/ui');

    expect(res.status).toBe(503);
    expect(await res.text()).toContain('app_config.public_reads');
  });
});

describe('where sessions cannot be signed', () => {
  it.each(['/ui/login', '/ui'])('%s says which key is missing', async (path) => {
    const { visitor } = visitorWithout();

    const res = await visitor.open(path);

    expect(res.status).toBe(503);
    const html = await res.text();
    expect(html).toContain('ui_config.session_key (SESSION_KEY)');
    expect(html).not.toContain('name="token"');
  });

  it('pages that everyone may read are served', async () => {
    const { visitor } = visitorWithout({ read_token: null });

    expect(await (await visitor.open('/ui')).text()).toContain(ADMITTED);
  });

  function visitorWithout(app_config: object = {}) {
    const service = createRouter(
      { app_config: { ...TOKENS, ...app_config } },
      { parts: { sessionKey: null } },
    );
    return { visitor: visitorOf(service) };
  }
});

describe('an error of a page', () => {
  it.each([
    [BROWSER_ACCEPT, 'html'],
    ['text/html', 'html'],
    ['text/*', 'html'],
    ['text/html, */*', 'html'],
    ['application/json;q=0.5, text/html;q=0.6', 'html'],
    ['*/*', 'json'],
    ['', 'json'],
    ['application/json', 'json'],
    ['application/problem+json, application/json', 'json'],
    ['application/json, text/html;q=0.9', 'json'],
    ['text/html;q=0, */*', 'json'],
    ['image/png', 'json'],
    ['nonsense', 'json'],
  ])('with Accept %j is %s', async (accept, type) => {
    const { visitor } = visited();

    const res = await visitor.open('/ui/nothing', { accept });

    expect(res.status).toBe(404);
    expect(res.headers.get('content-type')).toContain(type);
    expect(res.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['DELETE', '/ui', 'GET, HEAD'],
    ['POST', '/ui/journal', 'GET, HEAD'],
    ['PUT', '/ui/login', 'GET, HEAD, POST'],
    ['GET', '/ui/logout', 'POST'],
    ['POST', '/ui/assets/x.css', 'GET, HEAD'],
  ])('is 405 with Allow for %s %s', async (method, path, allow) => {
    const { get } = visited();

    const res = await get(path, { method, headers: { accept: BROWSER_ACCEPT } });

    expect([res.status, res.headers.get('allow')]).toEqual([405, allow]);
    expect(res.headers.get('content-type')).toContain('html');
  });

  it.each([
    '/ui/',
    '/ui//',
    '/ui/nothing/at/all',
    '/ui/login/',
    '/ui/assets/',
    '/ui/assets/x.css',
    '/ui/%2e%2e/nodes',
  ])('is 404 for %s', async (path) => {
    const { visitor } = visited();

    expect((await visitor.open(path)).status).toBe(404);
  });
});

describe('without pages', () => {
  it.each([...PAGES, '/ui/nothing', '/ui/'])(
    '%s is as unknown as any other path, to browsers too',
    async (path) => {
      const { visitor } = visited({}, { enabled: false });
      const headers = { 'x-request-id': 'r' };

      const res = await visitor.open(path, headers);
      const other = await visitor.open('/nothing', headers);

      expect(res.status).toBe(404);
      expect([...res.headers]).toEqual([...other.headers]);
      expect(await bodyOf(res)).toEqual({ ...(await bodyOf(other)), instance: path });
    },
  );

  it.each(['/ui', '/ui/login', '/ui/logout'])('a form to %s is not read', async (path) => {
    const { visitor } = visited(TOKENS, { enabled: false });

    const res = await visitor.send(path, { token: WRITE });

    expect([res.status, (await bodyOf(res)).code]).toEqual([404, 'not_found']);
  });
});
