import { describe, expect, it } from 'vitest';
import { createRouter } from '../support/router.ts';
import { secretsIn } from '../support/secrets.ts';
import { visitorOf } from '../support/visitor.ts';

const READ = 'read-token-of-the-phone';
const START_MS = Date.UTC(2026, 0, 1);

/** A router with tokens, and a visitor. */
function visited(
  options: { readonly app?: object; readonly ui?: object; now?: () => number } = {},
) {
  const router = createRouter(
    {
      app_config: { read_token: { phone: READ }, ...options.app },
      ui_config: { session_key: 'k'.repeat(32), ...options.ui },
    },
    { parts: { now: options.now ?? (() => START_MS) } },
  );
  return { ...router, visitor: visitorOf(router) };
}

describe('a session', () => {
  it('ends after session_hours on the server too, and never lasts longer', async () => {
    let now = START_MS;
    const { visitor } = visited({ now: () => now, ui: { session_hours: 1 } });
    await visitor.logIn(READ);
    const pageAt = async (ms: number) => {
      now = START_MS + ms;
      return (await visitor.open('/ui/login')).text();
    };

    expect(await pageAt(3_599_000)).toContain('logged in as');
    expect(await pageAt(3_600_000)).not.toContain('logged in as');
    // The clock was set back: by little, as it is corrected, and by much.
    expect(await pageAt(-60_000)).toContain('logged in as');
    expect(await pageAt(-3_600_000)).not.toContain('logged in as');
  });

  it.each([
    ['its token has left', { read_token: { other: 'another-token-of-test' } }, {}],
    ['its token has changed', { read_token: { phone: 'a-new-token-of-test' } }, {}],
    ['its token has another name', { read_token: { tablet: READ } }, {}],
    ['there are no tokens', { read_token: null, write_token: null, public_reads: false }, {}],
    ['session_key has changed', {}, { session_key: 'x'.repeat(32) }],
    ['session_hours is reduced', {}, { session_hours: 1 }],
  ])('ends when %s', async (_, app, ui) => {
    const before = visited();
    const after = visited({ app, ui });
    await before.visitor.logIn(READ);
    const cookie = before.visitor.cookie() ?? '';

    const res = await after.visitor.open('/ui/login', { cookie });

    expect(await res.text()).not.toContain('logged in as');
  });

  it('stays valid after a log-out for whoever has copied the cookie', async () => {
    const { visitor } = visited();
    await visitor.logIn(READ);
    const cookie = visitor.cookie() ?? '';
    await visitor.send('/ui/logout', { csrf: await visitor.csrf('/ui/logout') });

    expect((await visitor.open('/ui/journal')).status).toBe(401);
    expect(await (await visitor.open('/ui/login', { cookie })).text()).toContain('logged in as');
  });

  it('is valid in another process with the same session_key', async () => {
    const [one, other] = [visited(), visited()];
    await one.visitor.logIn(READ);

    const res = await other.visitor.open('/ui/login', { cookie: one.visitor.cookie() ?? '' });

    expect(await res.text()).toContain('logged in as phone');
  });

  it('ends with the process if there is no session_key', async () => {
    const [one, other] = [
      visited({ ui: { session_key: '' } }),
      visited({ ui: { session_key: '' } }),
    ];
    await one.visitor.logIn(READ);
    const cookie = one.visitor.cookie() ?? '';

    expect(await (await one.visitor.open('/ui/login')).text()).toContain('logged in as');
    expect(await (await other.visitor.open('/ui/login', { cookie })).text()).not.toContain(
      'logged in as',
    );
  });

  it('contains no token', async () => {
    const { visitor } = visited();

    await visitor.logIn(READ);

    expect(secretsIn(decodeURIComponent(visitor.cookie() ?? ''), { READ })).toEqual([]);
  });
});

describe('a cookie', () => {
  /** Whether the cookies are a login; `good` is the cookie of one. */
  async function isLogin(header: (good: string) => string): Promise<boolean> {
    const { visitor } = visited();
    await visitor.logIn(READ);
    const cookie = header(visitor.cookie() ?? '');
    const res = await visitor.open('/ui/login', { cookie });
    expect(res.status).toBe(200);
    return (await res.text()).includes('logged in as phone');
  }

  it.each<[string, (good: string) => string]>([
    ['empty', () => 'image_api_session='],
    ['without a value', () => 'image_api_session'],
    ['with a broken escape', () => 'image_api_session=%zz.%'],
    ['of another name', (good) => `x${good}`],
    ['that is cut', (good) => good.slice(0, -4)],
    ['with a longer life', (good) => good.replace(/\.17/, '.27')],
    ['without a signature', (good) => good.slice(0, good.lastIndexOf('.'))],
    ['very long', (good) => `image_api_session=${'a.'.repeat(500_000)}; x=${good}`],
    ['in eleventh place', (good) => `${'image_api_session=x; '.repeat(10)}${good}`],
  ])('%s is no login', async (_, header) => {
    expect(await isLogin(header)).toBe(false);
  });

  it.each<[string, (good: string) => string]>([
    ['among others', (good) => `a=b; ${good}; c`],
    [
      'after one of the same name that another service has set',
      (good) => `image_api_session=x; ${good}`,
    ],
    ['before one of the same name', (good) => `${good}; image_api_session=x`],
  ])('%s is a login', async (_, header) => {
    expect(await isLogin(header)).toBe(true);
  });

  it('is made anew by each login', async () => {
    const { visitor } = visited();

    await visitor.logIn(READ);
    const first = visitor.cookie();
    await visitor.logIn(READ);

    expect(visitor.cookie()).not.toBe(first);
  });
});
