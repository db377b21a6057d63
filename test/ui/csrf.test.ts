import { html } from 'hono/html';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { createApp } from '../../shared/http/app.ts';
import { Connection } from '../../shared/http/connection.ts';
import { createFunction } from '../../shared/http/function.ts';
import { trivialServices } from '../../shared/trivial-services.ts';
import { form } from '../../shared/ui/form.ts';
import { answerPage, viewerOf } from '../../shared/ui/page.tsx';
import { loginPage } from '../../shared/ui/pages/login-page.tsx';
import { mayView } from '../../shared/ui/view-access.ts';
import { bodyOf } from '../support/body.ts';
import { clientOf } from '../support/client.ts';
import { configurationOf } from '../support/configuration.ts';
import { memoryLog } from '../support/log.ts';
import { visitorOf } from '../support/visitor.ts';

const WRITE = 'write-token-of-ci';
const THING = '/ui/thing';

/** A page with a form that changes something. */
const thing = createFunction()
  .get(THING, mayView('write'), async (c) => {
    const { csrf } = await viewerOf(c);
    const content = html`<form action="${THING}"><input name="csrf" value="${csrf}"></form>`;
    return answerPage(c, { title: 'Thing', place: null, content });
  })
  .post(
    THING,
    mayView('write'),
    form(z.object({ name: z.string('expected a name'), note: z.optional(z.string()) })),
    (c) => c.json(c.req.valid('form')),
  );

let nowMs = Date.UTC(2026, 0, 1);
beforeEach(() => {
  nowMs = Date.UTC(2026, 0, 1);
});

/** The page and the login, with a visitor who has not logged in. */
function visited(app_config: object = {}) {
  const configuration = configurationOf({
    app_config: { write_token: { ci: WRITE }, ...app_config },
    ui_config: { session_key: 'k'.repeat(32), session_hours: 1 },
  });
  const { logger, lines } = memoryLog();
  const services = { ...trivialServices(configuration, logger), now: () => nowMs };
  const app = createApp(createFunction().route('/', thing).route('/', loginPage), () => services);
  return { app, lines, ...clientOf(app), visitor: visitorOf(clientOf(app)) };
}

/** A visitor who has logged in, and the token of the form. */
async function loggedIn() {
  const service = visited();
  await service.visitor.logIn(WRITE);
  return { ...service, csrf: await service.visitor.csrf(THING, THING) };
}

describe('a form', () => {
  it('of the page is taken, with its fields: empty ones are absent, and the token is none of them', async () => {
    const { visitor, csrf } = await loggedIn();

    const res = await visitor.send(THING, { csrf, name: 'a & b', note: '', other: 'x' });

    expect([res.status, await bodyOf(res)]).toEqual([200, { name: 'a & b' }]);
  });

  it.each<[string, (csrf: string) => string]>([
    ['without a token', () => ''],
    ['with half a token', (csrf) => csrf.slice(0, csrf.indexOf('.'))],
    ['with another time', (csrf) => `z${csrf}`],
    ['with a changed hash', (csrf) => csrf.slice(0, -2)],
    ['with a token of nothing', () => '.'],
    ['with a token that is no number', () => `NaN.${'a'.repeat(43)}`],
  ])('%s is refused, and nothing happens', async (_, changed) => {
    const { visitor, csrf, lines } = await loggedIn();

    const res = await visitor.send(THING, { csrf: changed(csrf), name: 'a' });

    expect(res.status).toBe(403);
    expect(await res.text()).toContain('belongs to another login');
    expect(lines.at(-1)).toMatchObject({ level: 'WARNING', code: 'forbidden', token: 'ci' });
  });

  it('with its token twice is refused', async () => {
    const { visitor, csrf } = await loggedIn();

    const res = await visitor.send(THING, [
      ['csrf', csrf],
      ['csrf', csrf],
      ['name', 'a'],
    ]);

    expect(res.status).toBe(403);
  });

  it('of nobody, or of another session of the same token, is refused', async () => {
    const { visitor, csrf, get } = await loggedIn();
    const other = visitorOf({ get });
    const ofNobody = await other.csrf();
    await other.logIn(WRITE);

    const statuses = [
      await visitor.send(THING, { csrf: ofNobody, name: 'a' }),
      await other.send(THING, { csrf, name: 'a' }),
    ].map(({ status }) => status);

    expect(statuses).toEqual([403, 403]);
  });

  it('is refused after session_hours, and not when the clock is set back a little', async () => {
    const { visitor, csrf } = await loggedIn();
    const sendAt = async (ms: number) => {
      nowMs = Date.UTC(2026, 0, 1) + ms;
      return (await visitor.send(THING, { csrf, name: 'a' })).status;
    };

    expect(await sendAt(3_599_000)).toBe(200);
    expect(await sendAt(-30_000)).toBe(200);
    expect(await sendAt(3_600_001)).toBe(401); // the session has expired too
  });

  it('of a session that has expired asks for the login, which leads back to the page', async () => {
    const { visitor, csrf } = await loggedIn();
    nowMs += 3_600_001;

    const referer = `http://localhost${THING}?plan=1`;
    const res = await visitor.send(THING, { csrf, name: 'a' }, { referer });

    expect(res.status).toBe(401);
    expect(await res.text()).toContain('name="next" value="/ui/thing?plan=1"');
  });

  it.each([
    ['invalid fields', { name: '' }, {}, 422],
    ['another type', { name: 'a' }, { 'content-type': 'application/json' }, 415],
    ['several parts', { name: 'a' }, { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [
      'a type in other letters',
      { name: 'a' },
      { 'content-type': 'Application/X-WWW-Form-URLencoded; charset=utf-8' },
      200,
    ],
    ['a body over the limit', { name: 'a'.repeat(65_536) }, {}, 413],
  ])('with %s is answered %s', async (_, fields, headers, status) => {
    const { visitor, csrf } = await loggedIn();

    const res = await visitor.send(THING, { csrf, ...fields }, headers);

    expect(res.status).toBe(status);
  });

  it('with a field twice names the field', async () => {
    const { visitor, csrf } = await loggedIn();
    const fields: [string, string][] = [
      ['csrf', csrf],
      ['name', 'a'],
      ['name', 'b'],
    ];

    const res = await visitor.send(THING, fields, { accept: 'application/json' });

    expect((await bodyOf(res)).errors).toEqual([{ parameter: 'name', detail: 'expected a name' }]);
  });

  it('with fields such as __proto__ is like one without', async () => {
    const { visitor, csrf } = await loggedIn();

    const res = await visitor.send(THING, {
      csrf,
      name: 'a',
      ['__proto__']: 'x',
      constructor: 'y',
    });

    expect(await bodyOf(res)).toEqual({ name: 'a' });
  });
});

describe('the origin of a form', () => {
  const HTTPS = { public_url: 'https://images.example' };
  const PORT = { public_url: 'https://images.example:8443/base' };

  it.each([
    [{}, { origin: 'http://localhost' }],
    [{}, { origin: 'https://localhost' }],
    [{}, { origin: 'http://a.example:8080', host: 'A.example:8080' }],
    [{}, { origin: 'https://a.example', host: 'a.example:443' }],
    [{}, { origin: 'http://[::1]:5000', host: '[::1]:5000' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }],
    [HTTPS, { origin: 'https://images.example' }],
    [HTTPS, { origin: 'https://images.example:443', host: '127.0.0.1:5000' }],
    [PORT, { origin: 'https://images.example:8443' }],
  ])('with %j and %j is that of the service', async (app_config, headers) => {
    const { visitor } = visited(app_config);
    const csrf = await visitor.csrf();

    const res = await visitor.send('/ui/login', { csrf, token: WRITE }, headers);

    expect(res.status).toBe(303);
  });

  it.each([
    [{}, { origin: '' }],
    [{}, { origin: 'null' }],
    [{}, { origin: 'https://evil.example' }],
    [{}, { origin: 'http://localhost:8080' }],
    [{}, { origin: 'http://localhost.evil.example' }],
    [{}, { origin: 'http://evil.example', host: 'a@evil.example' }],
    [{}, { origin: 'http://evil.example', host: 'evil.example/' }],
    [{}, { origin: 'chrome-extension://localhost' }],
    [{}, { origin: 'localhost' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'same-site' }],
    [HTTPS, { origin: 'http://images.example', host: 'images.example' }],
    [HTTPS, { origin: 'http://localhost' }],
    [HTTPS, { origin: 'https://images.example:8443' }],
    [PORT, { origin: 'https://images.example' }],
  ])('with %j and %j is refused', async (app_config, headers) => {
    const { visitor } = visited(app_config);
    const csrf = await visitor.csrf();

    const res = await visitor.send('/ui/login', { csrf, token: WRITE }, headers);

    expect(res.status).toBe(403);
    expect(res.headers.get('set-cookie')).toBeNull();
    expect(await res.text()).toContain('app_config.public_url');
  });

  it('has to be there', async () => {
    const { visitor, get } = visited();
    const body = new URLSearchParams({ csrf: await visitor.csrf(), token: WRITE });

    const res = await get('/ui/login', { method: 'POST', body });

    expect(res.status).toBe(403);
  });
});

describe('a page that changes something', () => {
  it('offers another login to one that may only read', async () => {
    const { visitor } = visited({ read_token: { phone: 'read-token' } });
    await visitor.logIn('read-token');

    const res = await visitor.open(THING);

    expect(res.status).toBe(403);
    const html = await res.text();
    expect(html).toContain('To delete, log in with a token of app_config.write_token.');
    expect(html).toContain('name="next" value="/ui/thing"');
  });

  it('says how deletes are set up where no token allows them', async () => {
    const { visitor } = visited({ write_token: null });

    const res = await visitor.open(THING);

    expect([res.status, (await res.text()).includes('set app_config.write_token')]).toEqual([
      403,
      true,
    ]);
  });
});

describe('over local_socket', () => {
  const local = (app: ReturnType<typeof visited>['app'], authority: string) => {
    const get = (path: string, init: RequestInit = {}) => {
      const headers = new Headers({
        host: authority,
        ...Object.fromEntries(new Headers(init.headers)),
      });
      return Promise.resolve(
        app.fetch(
          new Request(`http://${authority}${path}`, { ...init, headers }),
          new Connection(path, { isLocal: true }),
        ),
      );
    };
    return visitorOf({ get });
  };

  it('a form needs no login, through a tunnel from loopback, whatever public_url is', async () => {
    const { app } = visited({ public_url: 'https://images.example' });
    const visitor = local(app, 'localhost:8080');

    const csrf = await visitor.csrf(THING, THING);
    const res = await visitor.send(THING, { csrf, name: 'a' }, { origin: 'http://localhost:8080' });

    expect(res.status).toBe(200);
  });

  it('a form of a name that another site may resolve to loopback is refused', async () => {
    const { app } = visited();
    const visitor = local(app, 'rebound.example');

    const csrf = await visitor.csrf(THING, THING);
    const res = await visitor.send(
      THING,
      { csrf, name: 'a' },
      { origin: 'http://rebound.example' },
    );

    expect(res.status).toBe(403);
  });

  it('a form of the TCP port is refused', async () => {
    const { app, visitor } = visited();

    const csrf = await visitor.csrf();
    const res = await local(app, 'localhost').send(THING, { csrf, name: 'a' });

    expect(res.status).toBe(403);
  });
});
