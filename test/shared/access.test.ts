import { describe, expect, it } from 'vitest';
import {
  type AuthoriseOptions,
  authorise,
  describeAccess,
  hostAllowed,
} from '../../shared/access.ts';
import { parseConfiguration } from '../../shared/configuration/configuration.ts';
import { Problem } from '../../shared/problem.ts';

function configurationOf(file: Record<string, unknown>) {
  const { configuration, problems } = parseConfiguration({ file, environment: {} });
  if (configuration === null) throw new Error(problems.join());
  return configuration;
}

const appConfig = (app_config: Record<string, unknown>) =>
  configurationOf({ app_config }).app_config;

interface Case {
  readonly settings?: Record<string, unknown>;
  readonly authorization?: string;
  readonly right?: AuthoriseOptions['right'];
  readonly local?: boolean;
}

/** The caller's token name, or the problem. */
async function admitted({ settings = {}, authorization, right = 'read', local }: Case) {
  try {
    const { name } = await authorise({
      headers: new Headers(authorization === undefined ? {} : { authorization }),
      right,
      app_config: appConfig(settings),
      ...(local !== undefined && { local }),
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
    'with %j is unauthorized',
    async (authorization) => {
      const answer = await admitted({
        settings: tokens,
        right: 'write',
        ...(authorization !== undefined && { authorization }),
      });

      expect(answer).toMatchObject({
        code: 'unauthorized',
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    },
  );

  it('without a write_token is forbidden, and the answer says how to set either way up', async () => {
    expect(await admitted({ right: 'write' })).toMatchObject({
      code: 'forbidden',
      detail:
        'Nobody can write: neither app_config.write_token nor app_config.local_socket is set. Set a token, or a socket for "sudo curl --unix-socket PATH" on the host.',
    });
  });

  it('over TCP is forbidden when only the local socket takes writes, and the answer has the command', async () => {
    const settings = { local_socket: '/run/x/local.sock' };

    expect(await admitted({ settings, right: 'write', local: false })).toMatchObject({
      code: 'forbidden',
      detail: expect.stringContaining('sudo curl --unix-socket /run/x/local.sock -X DELETE '),
    });
  });
});

describe('the local socket', () => {
  it.each<AuthoriseOptions['right']>(['read', 'write'])(
    'needs no token to %s, whatever is sent and configured',
    async (right) => {
      const authorization = 'Bearer wrong';

      expect(await admitted({ settings: tokens, right, authorization, local: true })).toEqual({
        name: null,
      });
    },
  );
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
  const invoke_secret = btoa('24 bytes for the secret!');

  it.each([
    [{}, 'nobody can delete (write_token or local_socket allows it)'],
    [{ app_config: { write_token: 'w1' } }, 'these can delete: holders of a write_token'],
    [
      { app_config: { local_socket: '/run/l.sock' }, webhook_config: { invoke_secret } },
      "these can delete: root and the service's user over /run/l.sock, holders of an invoke_secret",
    ],
  ])('with %j says who can delete', (file, line) => {
    expect(describeAccess(configurationOf(file))).toBe(
      `anyone who reaches the service can read (read_token limits it); ${line}`,
    );
  });

  it('says that reading needs a token', () => {
    const line = describeAccess(configurationOf({ app_config: { read_token: 'r1' } }));

    expect(line).toMatch(/^reading needs a token; nobody can delete/);
  });
});
