import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUpstreamFetch } from '../../../../shared/node/upstreams/upstream-fetch.ts';
import { freePort } from '../../../real/free-port.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { startProxy } from '../../../support/proxy.ts';
import {
  CHECK,
  counted,
  json,
  type ScriptedHarbor,
  STATISTICS,
  scriptHarbor,
  sessionAt,
} from '../../adapters/harbor/scripted-harbor.ts';
import { makeAuthority } from './certificates.ts';

const SCRIPT = {
  [CHECK]: { status: 200 },
  [STATISTICS]: counted([0, 0]),
  'GET /projects': json([], 0),
};
const EMPTY = { rows: [], total: 0 };

/** A session whose calls go through Node's own fetch for upstreams. */
function nodeSession(
  harbor: { readonly url: string },
  settings: {
    readonly verify_ssl?: boolean;
    readonly ca_file?: string;
    readonly harbor_username?: string;
  } = {},
  env: Record<string, string> = {},
) {
  const { harbor_config } = configurationOf({
    harbor_config: { harbor_host: harbor.url, harbor_username: 'admin', ...settings },
  });
  const { harbor_host, verify_ssl, ca_file } = harbor_config;
  const upstream = { url: harbor_host, verifyTls: verify_ssl, caFile: ca_file };
  const { fetch, close } = createUpstreamFetch(upstream, env);
  onTestFinished(close);
  const username = harbor_config.harbor_username;
  return sessionAt(harbor, { fetch, username });
}

const connectionsTo = (harbor: ScriptedHarbor) =>
  new Set(harbor.requests.map(({ socket }) => socket)).size;
const hostOf = (harbor: ScriptedHarbor) => new URL(harbor.url).host;

describe('TLS', () => {
  it('trusts the authority in ca_file', async () => {
    const authority = makeAuthority();
    const harbor = await scriptHarbor(SCRIPT, authority.sign('IP:127.0.0.1'));
    const session = nodeSession(harbor, { ca_file: authority.caFile });
    expect(await session.projects()).toEqual(EMPTY);
  });

  it('still trusts NODE_EXTRA_CA_CERTS with a ca_file', async () => {
    const [authority, other] = [makeAuthority(), makeAuthority()];
    const harbor = await scriptHarbor(SCRIPT, authority.sign('IP:127.0.0.1'));
    const env = { NODE_EXTRA_CA_CERTS: authority.caFile };
    const session = nodeSession(harbor, { ca_file: other.caFile }, env);
    expect(await session.projects()).toEqual(EMPTY);
  });

  it('does not trust an unknown authority, and names the keys to set', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('IP:127.0.0.1'));
    await expect(nodeSession(harbor).projects()).rejects.toMatchObject({
      code: 'harbor_tls',
      message: expect.stringMatching(/caFile .* verifyTls/),
    });
    expect(harbor.calls).toEqual([]);
  });

  it('does not trust an authority because another one is in ca_file', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('IP:127.0.0.1'));
    const session = nodeSession(harbor, { ca_file: makeAuthority().caFile });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_tls' });
  });

  it('does not accept a certificate for another name', async () => {
    const authority = makeAuthority();
    const harbor = await scriptHarbor(SCRIPT, authority.sign('DNS:harbor.example'));
    const session = nodeSession(harbor, { ca_file: authority.caFile });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_tls',
      message: expect.stringContaining('for another name'),
    });
  });

  it('accepts any certificate with verify_ssl false, on this fetch only', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('DNS:harbor.example'));
    expect(await nodeSession(harbor, { verify_ssl: false }).projects()).toEqual(EMPTY);
    await expect(nodeSession(harbor).projects()).rejects.toMatchObject({ code: 'harbor_tls' });
  });

  it('says so when the port speaks plain HTTP', async () => {
    const harbor = await scriptHarbor(SCRIPT);
    const session = nodeSession({ url: harbor.url.replace('http:', 'https:') });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_tls',
      message: expect.stringContaining('http://'),
    });
  });

  it.each([
    ['is missing', null],
    ['holds no certificate', 'not PEM'],
  ])('refuses to start with a ca_file that %s', (_, content) => {
    const path = join(makeAuthority().folder, 'other.pem');
    if (content !== null) writeFileSync(path, content);
    expect(() => nodeSession({ url: 'https://harbor.example' }, { ca_file: path })).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        message: expect.stringMatching(/^harbor_config\.ca_file: .*other\.pem/),
      }),
    );
  });
});

describe('proxies', () => {
  it('tunnels https through HTTPS_PROXY', async () => {
    const authority = makeAuthority();
    const harbor = await scriptHarbor(SCRIPT, authority.sign('IP:127.0.0.1'));
    const proxy = await startProxy();
    const session = nodeSession(harbor, { ca_file: authority.caFile }, { HTTPS_PROXY: proxy.url });
    expect(await session.projects()).toEqual(EMPTY);
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT ${hostOf(harbor)}`]));
  });

  it('checks the certificate behind the proxy too', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('IP:127.0.0.1'));
    const proxy = await startProxy();
    const session = nodeSession(harbor, {}, { HTTPS_PROXY: proxy.url });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_tls' });
  });

  it('accepts any certificate behind the proxy with verify_ssl false', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('IP:127.0.0.1'));
    const proxy = await startProxy();
    const session = nodeSession(harbor, { verify_ssl: false }, { HTTPS_PROXY: proxy.url });
    expect(await session.projects()).toEqual(EMPTY);
  });

  it('sends plain http through HTTP_PROXY', async () => {
    const harbor = await scriptHarbor(SCRIPT);
    const proxy = await startProxy();
    expect(await nodeSession(harbor, {}, { http_proxy: proxy.url }).projects()).toEqual(EMPTY);
    expect(proxy.seen).toContain(`GET ${hostOf(harbor)}`);
  });

  it('does not send https through HTTP_PROXY', async () => {
    const authority = makeAuthority();
    const harbor = await scriptHarbor(SCRIPT, authority.sign('IP:127.0.0.1'));
    const proxy = await startProxy();
    const session = nodeSession(harbor, { ca_file: authority.caFile }, { HTTP_PROXY: proxy.url });
    expect(await session.projects()).toEqual(EMPTY);
    expect(proxy.seen).toEqual([]);
  });

  it.each(['127.0.0.1', 'other.example, 127.0.0.1', '*'])('honours NO_PROXY %s', async (value) => {
    const harbor = await scriptHarbor(SCRIPT);
    const proxy = await startProxy();
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: value };
    expect(await nodeSession(harbor, {}, env).projects()).toEqual(EMPTY);
    expect(proxy.seen).toEqual([]);
  });

  it.each(['HTTP_PROXY', 'HTTPS_PROXY'])('of %s that are dead are named', async (name) => {
    const url = `${name === 'HTTP_PROXY' ? 'http' : 'https'}://harbor.example.test`;
    const port = await freePort();
    const session = nodeSession({ url }, {}, { [name]: `http://u:hunter2@127.0.0.1:${port}` });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_unreachable',
      message: expect.stringContaining(`The proxy 127.0.0.1:${port} cannot be reached`),
      facts: { sent: false },
    });
  });

  it('are not blamed where NO_PROXY is for a Harbor that is dead', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const proxy = await startProxy();
    const env = { HTTP_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    await expect(nodeSession({ url }, {}, env).projects()).rejects.toMatchObject({
      message: expect.stringContaining('Check whether Harbor is running'),
    });
  });

  it.each([
    ['HTTPS_PROXY', 'http://u:hunter2@127.0.0.1:x'],
    ['https_proxy', 'u:hunter2@proxy.example:3128'],
    ['HTTP_PROXY', '127.0.0.1:3128'],
    ['HTTP_PROXY', 'http://u:a%zz@proxy.example:3128'],
  ])('of %s that are no URL stop the start, without their text', (name, value) => {
    const url = `${/https/i.test(name) ? 'https' : 'http'}://harbor.example.test`;
    expect(() => nodeSession({ url }, {}, { [name]: value })).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        message: `${name}: expected the URL of a proxy, such as http://proxy.example:3128`,
      }),
    );
  });

  it('may have a path, which has no effect', async () => {
    const harbor = await scriptHarbor(SCRIPT);
    const proxy = await startProxy();
    const session = nodeSession(harbor, {}, { HTTP_PROXY: `${proxy.url}/path?q=1` });
    expect(await session.projects()).toEqual(EMPTY);
    expect(proxy.seen).toContain(`GET ${hostOf(harbor)}`);
  });

  it('that refuse are harbor_unreachable', async () => {
    const harbor = await scriptHarbor(SCRIPT, makeAuthority().sign('IP:127.0.0.1'));
    const proxy = await startProxy({ refusing: true });
    const session = nodeSession(harbor, {}, { HTTPS_PROXY: proxy.url });
    await expect(session.projects()).rejects.toMatchObject({
      code: 'harbor_unreachable',
      facts: { sent: false },
    });
  });
});

describe('connections', () => {
  // A call that begins in the very tick in which another ends opens a second one: hence two.
  it('are kept for the next call', async () => {
    const harbor = await scriptHarbor(SCRIPT);
    const session = nodeSession(harbor, { harbor_username: '' });
    for (let call = 0; call < 8; call++) await session.projects();
    expect(harbor.calls).toHaveLength(8);
    expect(connectionsTo(harbor)).toBeLessThanOrEqual(2);
  });

  it('are kept after a proof of the credentials, which is a HEAD', async () => {
    const harbor = await scriptHarbor(SCRIPT);
    const session = nodeSession(harbor);
    for (let call = 0; call < 8; call++) await session.check();
    expect(harbor.calls).toEqual(Array(8).fill(CHECK));
    expect(connectionsTo(harbor)).toBeLessThanOrEqual(2);
  });

  it('are kept when Harbor refuses a call', async () => {
    const refusal = {
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: 'x'.repeat(9000),
    };
    const harbor = await scriptHarbor({ 'GET /projects': refusal });
    const session = nodeSession(harbor, { harbor_username: '' });
    for (let call = 0; call < 8; call++) await session.projects().catch(() => undefined);
    expect(harbor.calls).toHaveLength(8);
    expect(connectionsTo(harbor)).toBeLessThanOrEqual(2);
  });

  it('follow no redirect', async () => {
    const other = await scriptHarbor({});
    const harbor = await scriptHarbor({
      'GET /projects': { status: 307, headers: { location: `${other.url}/steal` } },
    });
    await expect(nodeSession(harbor).projects()).rejects.toMatchObject({
      code: 'harbor_bad_response',
    });
    expect(other.calls).toEqual([]);
  });
});
