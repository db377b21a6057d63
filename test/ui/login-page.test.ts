import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/body.ts';
import { createRouter } from '../support/router.ts';
import { secretsIn } from '../support/secrets.ts';
import { visitorOf } from '../support/visitor.ts';

const READ = 'read-token-of-the-phone';
const WRITE = 'write-token-of-ci';
const SESSION_KEY = 'a session key of the tests, 32+ characters'.replaceAll(' ', '-');
const TOKENS = { read_token: { phone: READ }, write_token: { ci: WRITE } };

/** A router with tokens, and a visitor. */
function visited(options: { readonly app?: object; readonly ui?: object } = {}) {
  const router = createRouter({
    app_config: { ...TOKENS, ...options.app },
    ui_config: { session_key: SESSION_KEY, ...options.ui },
  });
  return { ...router, visitor: visitorOf(router) };
}

describe('a page that needs a login', () => {
  it('answers 401 with the form, which leads back to the page', async () => {
    const { visitor } = visited();

    const res = await visitor.open('/ui/journal?actor=ci&q=a%26b');

    expect(res.status).toBe(401);
    expect(res.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(res.headers.get('www-authenticate')).toMatch(/^Cookie /);
    expect(res.headers.get('cache-control')).toBe('no-store');
    const html = await res.text();
    expect(html).toContain('<form method="post" action="/ui/login"');
    expect(html).toContain('name="next" value="/ui/journal?actor=ci&amp;q=a%26b"');
    expect(html).toContain('app_config.read_token');
  });

  it('offers to open it again when a link of another site led there, because the cookie is strict', async () => {
    const { visitor } = visited();

    const res = await visitor.open('/ui/journal', { 'sec-fetch-site': 'cross-site' });

    expect(await res.text()).toContain('<a href="/ui/journal">open the page again</a>');
  });
});

describe('the opener of a page', () => {
  it.each([
    ['https://images.example', 'same-origin'],
    // Browsers would ignore it, with an error on the console.
    ['http://images.example', null],
  ])('is cut off at %s: %s', async (public_url, policy) => {
    const { visitor } = visited({ app: { public_url } });

    const res = await visitor.open('/ui/login');

    expect(res.headers.get('cross-origin-opener-policy')).toBe(policy);
  });
});

describe('a login', () => {
  it('sets a cookie that no script reads and no other site sends, and leads to the page', async () => {
    const { visitor } = visited();

    const res = await visitor.logIn(READ, '/ui/login/../compare?q=x');

    expect(res.status).toBe(303);
    expect(res.headers.get('location')).toBe('/ui/compare?q=x');
    expect(res.headers.get('set-cookie')).toMatch(
      /^image_api_session=[^;]+; Max-Age=43200; Path=\/ui; HttpOnly; SameSite=Strict$/,
    );
    expect((await visitor.open('/ui/login')).status).toBe(200);
  });

  it('shows whose it is, what it may do, and the log-out', async () => {
    const { visitor } = visited();
    await visitor.logIn(WRITE);

    const html = await (await visitor.open('/ui/login')).text();

    expect(html).toContain('You are logged in as ci');
    expect(html).toContain('action="/ui/logout"');
  });

  it('is in the log with the name of its token', async () => {
    const { visitor, log } = visited();

    await visitor.logIn(WRITE);

    expect(log.at(-1)).toMatchObject({ level: 'WARNING', route: '/ui/login', token: 'ci' });
  });

  it.each([
    [{ public_url: 'https://images.example' }, 'https://images.example', true],
    [{ public_url: 'https://images.example:8443/path' }, 'https://images.example:8443', true],
    [{ public_url: 'http://images.example' }, 'http://images.example', false],
  ])('with %j sets a cookie that is Secure on https', async (app, origin, isSecure) => {
    const { visitor } = visited({ app });

    const csrf = await visitor.csrf();
    const res = await visitor.send('/ui/login', { csrf, token: READ }, { origin });

    expect(res.headers.get('set-cookie')?.includes('; Secure')).toBe(isSecure);
  });

  it('lasts session_hours', async () => {
    const { visitor } = visited({ ui: { session_hours: 2 } });

    const res = await visitor.logIn(READ);

    expect(res.headers.get('set-cookie')).toContain('; Max-Age=7200;');
  });
});

describe('a token that is not valid', () => {
  it.each(['wrong', 'read-token-of-the-phon', `${READ} `, ''])(
    '%j answers 401 with the form again, and keeps the page to open',
    async (token) => {
      const { visitor } = visited();

      const res = await visitor.logIn(token, '/ui/drift?q=x');

      expect(res.status).toBe(401);
      expect(res.headers.get('set-cookie')).toBeNull();
      expect(res.headers.get('www-authenticate')).not.toBeNull();
      const html = await res.text();
      expect(html).toContain('The token is not valid');
      expect(html).toContain('aria-invalid="true"');
      expect(html).toContain('name="next" value="/ui/drift?q=x"');
    },
  );

  it('is one line of level WARNING, and appears nowhere', async () => {
    const token = 'wr0ng"t\\ken/of+the%test<b>';
    const { visitor, log } = visited();
    const csrf = await visitor.csrf();
    log.length = 0;

    const res = await visitor.send('/ui/login', { csrf, token });

    expect(log).toHaveLength(1);
    expect(log[0]).toMatchObject({ level: 'WARNING', status: 401, code: 'unauthorized' });
    const all = JSON.stringify([log, ...res.headers]) + (await res.text());
    expect(secretsIn(all, { token, read: READ, write: WRITE, key: SESSION_KEY })).toEqual([]);
  });

  it('is a problem document for a program', async () => {
    const { visitor } = visited();
    const csrf = await visitor.csrf();

    const res = await visitor.send('/ui/login', { csrf, token: 'x' }, { accept: '*/*' });

    expect(res.status).toBe(401);
    expect(await bodyOf(res)).toMatchObject({ code: 'unauthorized', login: '/ui/login' });
  });
});

describe('the page after a login', () => {
  it.each([
    ['/ui', '/ui'],
    ['/ui/harbor/team/a%2Fb?q=%26&sort=-size', '/ui/harbor/team/a%2Fb?q=%26&sort=-size'],
    ['/ui?x=//evil.example', '/ui?x=//evil.example'],
    ['/ui/a#b', '/ui/a'],
    ['', '/ui'],
    ['//evil.example/ui', '/ui'],
    ['/\\evil.example/ui', '/ui'],
    ['\\\\evil.example/ui', '/ui'],
    ['/\t/evil.example/ui', '/ui'],
    [' //evil.example/ui', '/ui'],
    ['https://evil.example/ui', '/ui'],
    ['https:evil.example/ui', '/ui'],
    ['javascript:alert(1)//ui', '/ui'],
    ['/ui/../nodes', '/ui'],
    ['/ui/%2e%2e/nodes', '/ui'],
    ['/ui/.%2E/nodes', '/ui'],
    ['/ui\\..\\nodes', '/ui'],
    ['/uix', '/ui'],
    ['/nodes', '/ui'],
    ['/ui/login?next=/ui', '/ui'],
    ['/ui/logout', '/ui'],
    ['/ui/x\r\nset-cookie: a=b', '/ui/xset-cookie:%20a=b'],
    ['http://[', '/ui'],
  ])('of %j is %s', async (next, location) => {
    const { visitor } = visited();

    const res = await visitor.logIn(READ, next);

    expect(res.headers.get('location')).toBe(location);
  });

  it('is only taken by the form from pages of this service', async () => {
    const { visitor } = visited();

    const own = await visitor.open('/ui/login?next=%2Fui%2Fdrift');
    const other = await visitor.open('/ui/login?next=%2F%2Fevil.example');

    expect(await own.text()).toContain('name="next" value="/ui/drift"');
    expect(await other.text()).toContain('name="next" value="/ui"');
  });
});

describe('a log-out', () => {
  it('ends the session in the browser, and says so by opening the start page', async () => {
    const { visitor } = visited();
    await visitor.logIn(READ);

    const res = await visitor.send('/ui/logout', { csrf: await visitor.csrf('/ui/logout') });

    expect(res.status).toBe(303);
    expect(res.headers.get('location')).toBe('/ui');
    expect(res.headers.get('set-cookie')).toBe(
      'image_api_session=; Max-Age=0; Path=/ui; HttpOnly; SameSite=Strict',
    );
    expect((await visitor.open('/ui/journal')).status).toBe(401);
  });

  it('that was done in another tab already leads to the start page', async () => {
    const { visitor } = visited();

    const res = await visitor.send('/ui/logout', { csrf: 'of the session before' });

    expect([res.status, res.headers.get('location')]).toEqual([303, '/ui']);
  });

  it('leaves nothing for the back button: pages of a login are not stored', async () => {
    const { visitor } = visited({ app: { read_token: null } });

    const before = await visitor.open('/ui/journal');
    await visitor.logIn(WRITE);
    const after = await visitor.open('/ui/login');

    expect(before.headers.get('vary')).toMatch(/Cookie/);
    expect(after.headers.get('cache-control')).toBe('no-store');
  });
});
