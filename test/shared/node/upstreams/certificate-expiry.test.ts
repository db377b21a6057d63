import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUpstreamFetch } from '../../../../shared/node/upstreams/upstream-fetch.ts';
import { freePort } from '../../../real/free-port.ts';
import { startProxy } from '../../../support/proxy.ts';
import { scriptHarbor } from '../../adapters/harbor/scripted-harbor.ts';
import { makeAuthority } from './certificates.ts';

const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;

/** An HTTPS server whose certificate expires so many days from now. No request is scripted, so each would fail. */
async function startServer(days: number, names = 'IP:127.0.0.1') {
  const server = await scriptHarbor({}, makeAuthority().sign(names, days));
  return { url: server.url, host: new URL(server.url).host, calls: server.calls };
}

function probe(url: string, env: Record<string, string> = {}) {
  const { readCertificateExpiry, fetch, close } = createUpstreamFetch({ url }, env);
  onTestFinished(close);
  const read = async (signal = NEVER) => {
    const expiresAtMs = (await readCertificateExpiry?.(signal)) ?? Number.NaN;
    return Math.round((expiresAtMs - Date.now()) / DAY_MS);
  };
  return { read, fetch, hasCertificate: readCertificateExpiry !== null };
}

describe("the expiry of an upstream's certificate", () => {
  it.each([
    ['not trusted', 30, 'IP:127.0.0.1'],
    ['expired', -1, 'IP:127.0.0.1'],
    ['for another name', 30, 'DNS:other.example'],
  ])('is read of a certificate that is %s, without a request', async (_, days, names) => {
    const server = await startServer(days, names);
    expect(await probe(server.url).read()).toBe(days);
    expect(server.calls).toEqual([]);
  });

  it('is read by the name of the host', async () => {
    const server = await startServer(30);
    expect(await probe(server.url.replace('127.0.0.1', 'localhost')).read()).toBe(30);
  });

  it('is read through the proxy', async () => {
    const server = await startServer(30);
    const proxy = await startProxy();
    expect(await probe(server.url, { HTTPS_PROXY: proxy.url }).read()).toBe(30);
    expect(proxy.seen).toEqual([`CONNECT ${server.host}`]);
  });

  it.each([
    '127.0.0.1',
    '*',
    '.0.0.1',
    '*.0.0.1',
    '0.0.1',
    '127.0.0.1:PORT',
    '127.0.0.1:1',
    'other.example 127.0.0.1',
    'other.example,',
    '27.0.0.1',
    '',
  ])('takes the same way as a request with NO_PROXY "%s"', async (value) => {
    const server = await startServer(30);
    const proxy = await startProxy();
    const NO_PROXY = value.replace('PORT', new URL(server.url).port);
    const { read, fetch } = probe(server.url, { HTTPS_PROXY: proxy.url, NO_PROXY });
    await expect(fetch(server.url)).rejects.toThrow(); // the certificate is not trusted
    const ofRequest = proxy.seen.splice(0);
    expect(await read()).toBe(30);
    expect(proxy.seen).toEqual(ofRequest);
  });

  it('is not known over http, nor behind a SOCKS proxy', () => {
    const https = 'https://harbor.example.test';
    expect(probe('http://harbor.example.test').hasCertificate).toBe(false);
    expect(probe(https, { HTTPS_PROXY: 'socks5://127.0.0.1:1080' }).hasCertificate).toBe(false);
    expect(probe(https).hasCertificate).toBe(true);
  });

  it.each([
    ['a proxy that refuses', 'the proxy answered 407'],
    ['a proxy that is down', 'ECONNREFUSED'],
  ])('fails with %s', async (which, message) => {
    const server = await startServer(30);
    const refusing = await startProxy({ refusing: true });
    const down = `http://127.0.0.1:${await freePort()}`;
    const HTTPS_PROXY = which.endsWith('down') ? down : refusing.url;
    await expect(probe(server.url, { HTTPS_PROXY }).read()).rejects.toThrow(message);
  });

  it('fails if nobody listens, or the server speaks no TLS', async () => {
    const plain = await scriptHarbor({});
    const closed = `https://127.0.0.1:${await freePort()}`;
    await expect(probe(closed).read()).rejects.toThrow('ECONNREFUSED');
    await expect(probe(plain.url.replace('http:', 'https:')).read()).rejects.toThrow(/SSL|EPROTO/);
  });

  it('ends its connection when it is aborted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const leaving = new AbortController();
    const reading = probe(`https://127.0.0.1:${port}`).read(leaving.signal);
    const [socket] = await once(silent, 'connection');
    leaving.abort(new Error('stopped'));
    await expect(reading).rejects.toThrow();
    socket.resume();
    await once(socket, 'close');
  });
});
