import { describe, expect, it } from 'vitest';
import { FUNCTIONS } from '../../functions/router.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { bodyOf } from '../support/body.ts';
import { loggedIn, THING, visited, WRITE } from '../support/form-page.ts';
import { createRouter } from '../support/router.ts';
import { visitorOf } from '../support/visitor.ts';

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

  it('has another token each time, even in the same millisecond, so that compression tells nothing of it', async () => {
    const { visitor, csrf } = await loggedIn();
    const tokens = [csrf, await visitor.csrf(THING, THING), await visitor.csrf(THING, THING)];

    expect(new Set(tokens).size).toBe(3);
    expect(tokens.map((token) => token.split('-')[0])).toEqual(Array(3).fill(csrf.split('-')[0]));
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
    const { visitor, csrf, pass } = await loggedIn();
    const sendAt = async (ms: number) => {
      pass(ms);
      return (await visitor.send(THING, { csrf, name: 'a' })).status;
    };

    expect(await sendAt(3_599_000)).toBe(200);
    expect(await sendAt(-30_000)).toBe(200);
    expect(await sendAt(3_600_001)).toBe(401); // the session has expired too
  });

  it('of a session that has expired asks for the login, which leads back to the page', async () => {
    const { visitor, csrf, pass } = await loggedIn();
    pass(3_600_001);

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

describe('a page that changes something', () => {
  it('offers another login to one that may only read', async () => {
    const { visitor } = visited({ read_token: { phone: 'read-token-of-test' } });
    await visitor.logIn('read-token-of-test');

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

it.each(
  routesOf(FUNCTIONS.ui)
    .filter(({ method, path }) => method === 'POST' && path !== '/ui/login')
    .map(({ template }) => template),
)('POST %s needs a token of the session', async (template) => {
  const { get } = createRouter({ app_config: { write_token: { ci: WRITE } } });
  const visitor = visitorOf({ get });
  await visitor.logIn(WRITE);
  const path = template.replaceAll('{reference}', 'v1').replaceAll(/\{\w+\}/g, 'shop');
  const res = await visitor.send(path, { csrf: 'of another page' });

  expect(res.status).toBe(403);
  expect(await res.text()).toContain('belongs to another login');
});
