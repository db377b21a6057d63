import { describe, expect, it } from 'vitest';
import {
  type HarborOptions,
  resolveOptions,
} from '../../../../../shared/adapters/harbor/http/options.ts';
import { transportProblem } from '../../../../../shared/adapters/harbor/http/transport.ts';
import { harborPaths } from '../../../../../shared/adapters/harbor/http/url.ts';

const call = { method: 'GET', path: harborPaths.projects() } as const;
const { settings } = resolveOptions({} as HarborOptions);
const target = { base: 'https://harbor.example.test', settings };
const withCode = (code: string, message = '') => Object.assign(new Error(message), { code });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe('transportProblem', () => {
  it.each<[string, string, boolean, unknown]>([
    ['undici, refused', 'harbor_unreachable', false, fetchFailed(withCode('ECONNREFUSED'))],
    [
      'undici, both addresses refused',
      'harbor_unreachable',
      false,
      fetchFailed(new AggregateError([withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1:443')])),
    ],
    ['undici, no such name', 'harbor_unreachable', false, fetchFailed(withCode('ENOTFOUND'))],
    ['undici, reset', 'harbor_unreachable', true, fetchFailed(withCode('ECONNRESET'))],
    [
      'undici, closed',
      'harbor_unreachable',
      true,
      fetchFailed(withCode('UND_ERR_SOCKET', 'other side closed')),
    ],
    [
      'undici, cut before TLS',
      'harbor_unreachable',
      false,
      fetchFailed(
        withCode(
          'ECONNRESET',
          'Client network socket disconnected before secure TLS connection was established',
        ),
      ),
    ],
    [
      'undici, the proxy refuses',
      'harbor_unreachable',
      false,
      fetchFailed(withCode('UND_ERR_ABORTED', 'Proxy response (407) !== 200 when HTTP Tunneling')),
    ],
    [
      'undici, no connection',
      'harbor_timeout',
      false,
      fetchFailed(withCode('UND_ERR_CONNECT_TIMEOUT')),
    ],
    [
      'a read that timed out',
      'harbor_timeout',
      true,
      fetchFailed(withCode('ETIMEDOUT', 'read ETIMEDOUT')),
    ],
    [
      'Node, self-signed',
      'harbor_tls',
      false,
      fetchFailed(withCode('DEPTH_ZERO_SELF_SIGNED_CERT')),
    ],
    [
      'Node, unknown authority',
      'harbor_tls',
      false,
      fetchFailed(withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE')),
    ],
    ['Node, expired', 'harbor_tls', false, fetchFailed(withCode('CERT_HAS_EXPIRED'))],
    [
      'Node, another name',
      'harbor_tls',
      false,
      fetchFailed(withCode('ERR_TLS_CERT_ALTNAME_INVALID')),
    ],
    [
      'Node, plain HTTP',
      'harbor_tls',
      false,
      fetchFailed(withCode('ERR_SSL_WRONG_VERSION_NUMBER')),
    ],
    ['workerd', 'harbor_unreachable', true, new Error('Network connection lost.')],
    [
      'workerd, certificate',
      'harbor_tls',
      false,
      new Error("TLS peer's certificate is not trusted; reason = self signed certificate"),
    ],
    [
      'Deno, refused',
      'harbor_unreachable',
      false,
      new TypeError(
        'error sending request for url (https://harbor/): client error (Connect): tcp connect error: Connection refused (os error 111)',
      ),
    ],
    [
      'Deno, certificate',
      'harbor_tls',
      false,
      new TypeError(
        'error sending request for url (https://harbor/): client error (Connect): invalid peer certificate: UnknownIssuer',
      ),
    ],
    [
      'Deno, no such name',
      'harbor_unreachable',
      false,
      new TypeError('client error (Connect): dns error: failed to lookup address information'),
    ],
    [
      'Bun, refused',
      'harbor_unreachable',
      false,
      withCode('ConnectionRefused', 'Unable to connect.'),
    ],
    ['anything else', 'harbor_unreachable', true, 'a string'],
  ])('%s: %s, sent %s', (_, code, sent, err) => {
    expect(transportProblem(call, err, target)).toMatchObject({ code, facts: { sent } });
  });

  it('names the key to set for a certificate that is not trusted', () => {
    const problem = transportProblem(
      call,
      fetchFailed(withCode('SELF_SIGNED_CERT_IN_CHAIN')),
      target,
    );
    expect(problem.message).toMatch(/caFile .* verifyTls/);
  });

  it('does not take a host called tls-something for a certificate', () => {
    const err = new TypeError('error sending request for url (https://tls.example/ssl): reset');
    expect(transportProblem(call, err, target).code).toBe('harbor_unreachable');
  });

  it.each([
    ['https://harbor.example.test', 'harbor.example.test:443'],
    ['http://harbor.example.test/behind', 'harbor.example.test:80'],
    ['https://harbor.example.test:8443', 'harbor.example.test:8443'],
    ['http://[::1]:8080', '[::1]:8080'],
  ])('names the host and port of %s that refused', (base, where) => {
    const problem = transportProblem(call, fetchFailed(withCode('ECONNREFUSED')), {
      base,
      settings,
    });
    expect(problem.message).toContain(`The connection to ${where} was refused`);
  });

  it('repeats nothing of what the runtime says', () => {
    const err = new TypeError('error sending request for url (https://user:hunter2@harbor/)');
    expect(transportProblem(call, err, target).message).not.toMatch(/hunter2|https:/);
  });
});
