import { describe, expect, it } from 'vitest';
import {
  type AuthoriseOptions,
  authorise,
  describeAccess,
  hostAllowed,
} from '../../shared/access.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { Problem } from '../../shared/problem.ts';

function appConfig(settings: Record<string, unknown>) {
  const { configuration, problems } = parseConfiguration({
    file: { app_config: settings },
    environment: {},
  });
  if (configuration === null) throw new Error(problems.join());
  return configuration.app_config;
}

interface Case {
  readonly settings?: Record<string, unknown>;
  readonly authorization?: string;
  readonly right?: AuthoriseOptions['right'];
  readonly local?: string | null;
}

/** The caller's token name, or the problem. */
async function admitted({ settings = {}, authorization, right = 'read', local }: Case) {
  try {
    const { name } = await authorise({
      headers: new Headers(authorization === undefined ? {} : { authorization }),
      right,
      app_config: appConfig(settings),
      ...(local !== undefined && {
        localWrite: async () => (local === null ? { uid: 0 } : { refusal: local }),
      }),
    });
    return { name };
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    return { code: err.code, detail: err.message, headers: err.headers };
  }
}

const tokens = { read_token: { dashboard: 'r1', phone: 'r2' }, write_token: { ci: 'w1' } };

describe('reading', () => {
  it('is open, and at once, without a read_token', () => {
    const caller = authorise({
      headers: new Headers({ authorization: 'Bearer wrong' }),
      right: 'read',
      app_config: appConfig({ write_token: 'w1' }),
    });

    expect(caller).toEqual({ name: null });
  });

  it.each([
    ['Bearer r1', 'dashboard'],
    ['bearer r2', 'phone'],
    ['BEARER   r2 ', 'phone'],
    ['Bearer w1', 'ci'],
  ])('with %j is allowed, and the name is %s', async (authorization, name) => {
    expect(await admitted({ settings: tokens, authorization })).toEqual({ name });
  });

  it.each([
    undefined,
    'r1',
    'Basic r1',
    'Bearer',
    'Bearer r',
    'Bearer r11',
    'Bearer r1, Bearer r1',
  ])('with %j is unauthorized', async (authorization) => {
    const answer = await admitted({
      settings: tokens,
      ...(authorization !== undefined && { authorization }),
    });

    expect(answer).toMatchObject({
      code: 'unauthorized',
      headers: { 'WWW-Authenticate': 'Bearer' },
      detail: expect.stringContaining('app_config.read_token'),
    });
  });
});

describe('writing', () => {
  it('with the write token is allowed', async () => {
    const answer = await admitted({ settings: tokens, authorization: 'Bearer w1', right: 'write' });

    expect(answer).toEqual({ name: 'ci' });
  });

  it.each([undefined, 'Bearer r1', 'Bearer W1'])(
    'with %j is unauthorized, on the machine itself too',
    async (authorization) => {
      const answer = await admitted({
        settings: tokens,
        right: 'write',
        local: null,
        ...(authorization !== undefined && { authorization }),
      });

      expect(answer).toMatchObject({
        code: 'unauthorized',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    },
  );

  it('without a write_token is allowed from the machine itself', async () => {
    expect(await admitted({ right: 'write', local: null })).toEqual({ name: null });
  });

  it('without a write_token is forbidden from elsewhere, and the answer says what to do', async () => {
    const answer = await admitted({ right: 'write', local: 'it carries a Via header' });

    expect(answer).toMatchObject({
      code: 'forbidden',
      detail:
        'Without a token a write is accepted from the machine itself only, and not this one: it carries a Via header. Run curl with sudo on the host, or set app_config.write_token.',
    });
  });

  it('without a write_token is forbidden where no runtime can tell', async () => {
    expect(await admitted({ right: 'write' })).toMatchObject({ code: 'forbidden' });
  });

  it('without a write_token is forbidden to all when local_writes is false', async () => {
    const answer = await admitted({
      settings: { local_writes: false },
      right: 'write',
      local: null,
    });

    expect(answer).toMatchObject({ code: 'forbidden' });
  });
});

it('no refusal names a token', async () => {
  const answers = await Promise.all([
    admitted({ settings: tokens, authorization: 'Bearer hunter2' }),
    admitted({ settings: { write_token: 'hunter2' }, right: 'write' }),
  ]);

  expect(JSON.stringify(answers)).not.toContain('hunter2');
});

describe('allowed_hosts', () => {
  const allowed = ['node1.example', '::1', '127.0.0.1'];

  it.each(['node1.example', 'NODE1.example:5000', 'node1.example.', '[::1]:80', '127.0.0.1:5000'])(
    'allows %s',
    (host) => {
      expect(hostAllowed(host, allowed)).toBe(true);
    },
  );

  it.each([
    null,
    undefined,
    '',
    'example',
    'evil.node1.example',
    'node1.example@evil',
    'node1.example:80:90',
    'node1.example, evil',
    '[node1.example]',
  ])('refuses %s', (host) => {
    expect(hostAllowed(host, allowed)).toBe(false);
  });

  it('allows anything when empty', () => {
    expect(hostAllowed(null, [])).toBe(true);
  });
});

describe('the start-up line', () => {
  it.each([
    [{}, /anyone .* can read .*; only root and the service's own user .* can delete/],
    [{ read_token: 'r1' }, /reading needs a token; only root/],
    [{ write_token: 'w1' }, /deleting needs a write token/],
    [{ local_writes: false }, /nobody can delete/],
  ])('with %j says who can', (settings, line) => {
    expect(describeAccess(appConfig(settings))).toMatch(line);
  });
});
