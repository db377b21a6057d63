import { describe, expect, it } from 'vitest';
import { createService, type ServiceOptions } from '../../../support/service.ts';

const CLOSE = 'Connection: close\r\n\r\n';
const POST = 'POST /x HTTP/1.1\r\nHost: a\r\n';

/** The service on a free port. */
async function startService(options: ServiceOptions = {}) {
  const service = createService(options);
  return { ...service, ...(await service.listen()) };
}

/** What is refused with the code, whatever is served at the path. */
const refusedWith = (status: number, code: string) =>
  new RegExp(
    `^HTTP/1\\.1 ${status} (?=.*x-request-id: \\S)(?=.*content-type: application/problem\\+json).*"code":"${code}"`,
    'is',
  );

describe('requests that RFC 9112 does not allow', () => {
  it.each([
    ['no Host', 'GET /livez HTTP/1.1\r\n'],
    ['two Hosts', 'GET /livez HTTP/1.1\r\nHost: a\r\nhost: a\r\n'],
    ['another authority than Host', 'GET http://b/livez HTTP/1.1\r\nHost: a\r\n'],
    ['a user in the target', 'GET http://a@b/livez HTTP/1.1\r\nHost: b\r\n'],
    ['another port than Host', 'GET http://a:81/livez HTTP/1.1\r\nHost: a\r\n'],
    ['HTTP/2', 'GET /livez HTTP/2.0\r\nHost: a\r\n'],
    ['a coding before chunked', `${POST}Transfer-Encoding: gzip, chunked\r\n`],
    [
      'two codings in two lines',
      `${POST}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n`,
    ],
    ['a chunked body of HTTP/1.0', 'POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n'],
    ['a fragment', 'GET /livez#x HTTP/1.1\r\nHost: a\r\n'],
    ['a fragment in the query', 'DELETE /x?tag_only=false#&dry_run=true HTTP/1.1\r\nHost: a\r\n'],
  ])('are 400: %s', async (_, request) => {
    const { raw, log } = await startService();

    expect(await raw(`${request}${CLOSE}`)).toMatch(refusedWith(400, 'bad_request'));
    expect(log).toContainEqual(expect.objectContaining({ status: 400, code: 'bad_request' }));
  });

  it('are refused: a coding without a name', async () => {
    const { raw } = await startService();
    const answer = await raw(`${POST}Transfer-Encoding:\r\n${CLOSE}`);

    // The parser of Node 22 refuses it itself, as what is not HTTP.
    expect(answer).toMatch(/^HTTP\/1\.1 4(?:00|22) .*"code":"(?:bad|invalid)_request"/s);
  });

  it('are 417 with an unsupported expectation', async () => {
    const { raw } = await startService();
    const answer = await raw(`GET /livez HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n${CLOSE}`);

    expect(answer).toMatch(refusedWith(417, 'expectation_failed'));
  });

  it.each([
    'GET http://a/livez HTTP/1.1\r\nHost: a\r\n',
    'GET http://A:80/livez HTTP/1.1\r\nHost: a\r\n',
    'GET http://a:5000/livez HTTP/1.1\r\nHost: a:5000\r\n',
  ])('are not those whose target names the Host: %j', async (request) => {
    const { raw } = await startService();

    expect(await raw(`${request}${CLOSE}`)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });
});

it('a path in the query of an absolute target is not served', async () => {
  const { raw } = await startService();
  const answer = await raw(`DELETE http://a?x=/livez HTTP/1.1\r\nHost: a\r\n${CLOSE}`);

  expect(answer).toMatch(/"instance":\s*"\/"/);
});

describe('a request without a Host', () => {
  it('is answered when HTTP/1.0 sends it, as health checks of load balancers do', async () => {
    const { raw } = await startService();
    expect(await raw('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\nok\n$/s);
  });

  it('has none that allowed_hosts would take', async () => {
    const { raw } = await startService({
      config: { app_config: { allowed_hosts: ['localhost'] } },
    });
    expect(await raw('GET /local-images HTTP/1.0\r\n\r\n')).toContain('"code": "forbidden"');
  });
});

it('the last of thousands of headers counts', async () => {
  const { raw } = await startService();
  const many = 'a:\r\n'.repeat(3000);

  expect(await raw(`GET /livez HTTP/1.1\r\n${many}Host: a\r\n${CLOSE}`)).toMatch(
    /^HTTP\/1\.1 200 /,
  );
});

it('a request with two faults gets one answer', async () => {
  const { raw } = await startService();
  const twoHosts = `${POST}Host: b\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n`;

  expect((await raw(twoHosts)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400']);
});
