import { describe, expect, it } from 'vitest';
import { may, type Right } from '../../../shared/http/access.ts';
import { createApp } from '../../../shared/http/app.ts';
import { Connection } from '../../../shared/http/base/connection.ts';
import { createFunction } from '../../../shared/http/function.ts';
import { trivialServices } from '../../../shared/http/trivial-services.ts';
import { bodyOf } from '../../support/body.ts';
import { configurationOf } from '../../support/configuration.ts';
import { hashedTexts } from '../../support/hashed-texts.ts';
import { memoryLog } from '../../support/log.ts';

interface Case {
  readonly settings?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly right?: Right;
  readonly connection?: Connection;
}

const ALLOWED = { Host: 'images.example' };

/** The caller that a route with this right admits. */
async function admitted({ settings = {}, headers = {}, right = 'read', connection }: Case) {
  const configuration = configurationOf({ app_config: settings });
  const route = createFunction()
    .get('/x', may(right), (c) => c.json({ caller: c.get('actor')?.name ?? null }))
    .get('/probe', may('open', { forProbes: true }), (c) => c.text('ok'));
  const app = createApp(route, () => trivialServices(configuration, memoryLog().logger));
  const res = await app.request('/x', { headers }, connection);
  return { status: res.status, headers: res.headers, body: await bodyOf(res), app };
}

const tokens = {
  read_token: { dashboard: 'r1-token-of-the-test', phone: 'r2-token-of-the-test' },
  write_token: { ci: 'w1-token-of-the-test' },
};
const bearer = (token: string) => ({ Authorization: token });

describe('reading', () => {
  it('is open without a read_token, with any token', async () => {
    const { body } = await admitted({
      settings: { write_token: 'w1-token-of-the-test' },
      headers: bearer('Bearer wrong'),
    });

    expect(body).toEqual({ caller: null });
  });

  it.each([
    ['Bearer r1-token-of-the-test', 'dashboard'],
    ['bearer r2-token-of-the-test', 'phone'],
    ['BEARER   r2-token-of-the-test ', 'phone'],
    ['Bearer w1-token-of-the-test', 'ci'],
  ])('with %j is admitted as %s', async (authorization, caller) => {
    const { body } = await admitted({ settings: tokens, headers: bearer(authorization) });

    expect(body).toEqual({ caller });
  });

  it.each([
    '',
    'r1-token-of-the-test',
    'Basic r1-token-of-the-test',
    'Bearer',
    'Bearer r',
    'Bearer r1-token-of-the-test r2-token-of-the-test',
    'Bearer R1-token-of-the-test',
  ])('with %j is refused, and the answer says what to send', async (authorization) => {
    const { status, headers, body } = await admitted({
      settings: tokens,
      headers: bearer(authorization),
    });

    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer');
    expect(body).toMatchObject({ code: 'unauthorized' });
    expect(body.detail).toContain('app_config.read_token');
  });
});

describe('a token', () => {
  const all = ['r1-token-of-the-test', 'r2-token-of-the-test', 'w1-token-of-the-test'];

  it.each([...all, 'r1-token-of-the-tesT', 'x', 'x'.repeat(1000)])(
    'is compared with each other one as hashes, whatever they have in common: %s',
    async (token) => {
      const hashed = hashedTexts();
      await admitted({ settings: tokens, headers: bearer(`Bearer ${token}`) });

      expect(hashed()).toEqual([...all, token, token, token].toSorted());
    },
  );

  it('is not replaced by the trace of a request that had one', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const trace = { traceparent, tracestate: 'token=r1-token-of-the-test' };
    const first = await admitted({
      settings: tokens,
      headers: { ...trace, ...bearer('Bearer r1-token-of-the-test') },
    });
    const second = await admitted({ settings: tokens, headers: trace });

    expect([first.status, second.status]).toEqual([200, 401]);
  });
});

describe('reading without a read_token where public_reads is false', () => {
  const settings = { public_reads: false, write_token: { ci: 'w1-token-of-the-test' } };

  it('is refused, and the answer says both ways to allow it', async () => {
    const { status, body } = await admitted({ settings });

    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'invalid_configuration' });
    expect(body.detail).toMatch(/read_token.*public_reads/);
  });

  it('is open to a write token, and to no other', async () => {
    const taken = await admitted({ settings, headers: bearer('Bearer w1-token-of-the-test') });
    const refused = await admitted({ settings, headers: bearer('Bearer w2-token-of-the-test') });

    expect(taken.body).toEqual({ caller: 'ci' });
    expect(refused.body).toMatchObject({ code: 'invalid_configuration' });
  });

  it('is open to the local socket', async () => {
    const connection = new Connection('/x', { isLocal: true });

    expect((await admitted({ settings, connection })).body).toEqual({ caller: 'local' });
  });

  it('leaves open what needs no right', async () => {
    expect((await admitted({ settings, right: 'open' })).status).toBe(200);
  });
});

describe('deleting', () => {
  it('needs a write token: one that may read is refused', async () => {
    const refused = await admitted({
      right: 'write',
      settings: tokens,
      headers: bearer('Bearer r1-token-of-the-test'),
    });
    const taken = await admitted({
      right: 'write',
      settings: tokens,
      headers: bearer('Bearer w1-token-of-the-test'),
    });

    expect(refused.status).toBe(401);
    expect(taken.body).toEqual({ caller: 'ci' });
  });

  it('is forbidden to everyone without a write_token, and the answer says both ways to allow it', async () => {
    const { status, body } = await admitted({ right: 'write' });

    expect(status).toBe(403);
    expect(body.detail).toMatch(/write_token.*local_socket.*curl --unix-socket/);
  });
});

describe('the local socket', () => {
  const connection = new Connection('/x', { isLocal: true });

  it.each(['read', 'write'] as const)('needs no token to %s', async (right) => {
    const { body } = await admitted({ right, settings: tokens, connection });

    expect(body).toEqual({ caller: 'local' });
  });

  it('is not subject to allowed_hosts', async () => {
    const settings = { allowed_hosts: ['images.example'] };

    expect((await admitted({ settings, connection })).status).toBe(200);
  });

  it('cannot be claimed by a binding', async () => {
    const binding = { isLocal: true, target: '/x' } as unknown as Connection;

    expect((await admitted({ right: 'write', connection: binding })).status).toBe(403);
  });
});

describe('allowed_hosts', () => {
  const settings = { allowed_hosts: ['images.example', '[::1]'] };

  it.each(['images.example', 'IMAGES.example:5000', 'images.example.', '[::1]:5000'])(
    'serves Host %s',
    async (Host) => {
      expect((await admitted({ settings, headers: { Host } })).status).toBe(200);
    },
  );

  it.each(['other.example', 'images.example.evil', '', 'images.example:x', 'a images.example'])(
    'refuses Host %j',
    async (Host) => {
      const { status, body } = await admitted({ settings, headers: { Host } });

      expect(status).toBe(403);
      expect(body.detail).toContain('app_config.allowed_hosts');
    },
  );

  it('are checked before a path is 404', async () => {
    const { app } = await admitted({ settings, headers: ALLOWED });

    expect((await app.request('/nowhere')).status).toBe(403);
    expect((await app.request('/nowhere', { headers: ALLOWED })).status).toBe(404);
  });

  it('does not hold for probes, which know only an address', async () => {
    const { app } = await admitted({ settings });

    expect((await app.request('/probe')).status).toBe(200);
  });
});
