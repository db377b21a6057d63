/** Requests that two readers may understand differently: each gets one refusal, and nothing hidden in it is served. */
import { expect, it } from 'vitest';
import { rawRequest } from '../support/raw-request.ts';
import { clientService } from './client-service.ts';
import { recovery } from './recovery.ts';

const POST = 'POST /webhooks/local-images HTTP/1.1\r\nHost: a\r\n';
const GET = 'GET /livez HTTP/1.1\r\nHost: a\r\n';
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
const NO_CHUNKS = '\r\n0\r\n\r\n';
const TE = 'Transfer-Encoding';

/** Where does the request end? What follows it on the connection is `HIDDEN`. */
const ENDS: Readonly<Record<string, string>> = {
  'a length, then a coding': `${POST}Content-Length: 6\r\n${TE}: chunked\r\n${NO_CHUNKS}`,
  'a coding, then a length': `${POST}${TE}: chunked\r\nContent-Length: 6\r\n${NO_CHUNKS}`,
  'two lengths': `${POST}Content-Length: 0\r\nContent-Length: ${HIDDEN.length}\r\n\r\n`,
  'the same length twice': `${POST}Content-Length: 0\r\nContent-Length: 0\r\n\r\n`,
  'a list of lengths': `${POST}Content-Length: 0, 0\r\n\r\n`,
  'a length with a sign': `${POST}Content-Length: +0\r\n\r\n`,
  'a negative length': `${POST}Content-Length: -1\r\n\r\n`,
  'a hexadecimal length': `${POST}Content-Length: 0x0\r\n\r\n`,
  'an empty length': `${POST}Content-Length: \r\n\r\n`,
  'a length with a space': `${POST}Content-Length: 0 0\r\n\r\n`,
  'a length beyond 64 bits': `${POST}Content-Length: 18446744073709551616\r\n\r\n`,
  'an unknown coding': `${POST}${TE}: xchunked\r\n${NO_CHUNKS}`,
  'a coding in quotes': `${POST}${TE}: "chunked"\r\n${NO_CHUNKS}`,
  'a coding with a parameter': `${POST}${TE}: chunked;q=1\r\n${NO_CHUNKS}`,
  'chunked and something after it': `${POST}${TE}: chunked, identity\r\n${NO_CHUNKS}`,
  'chunked and something before it': `${POST}${TE}: gzip, chunked\r\n${NO_CHUNKS}`,
  'chunked twice': `${POST}${TE}: chunked\r\n${TE}: chunked\r\n${NO_CHUNKS}`,
  'two lines of codings': `${POST}${TE}: identity\r\n${TE}: chunked\r\n${NO_CHUNKS}`,
  'no coding': `${POST}${TE}: \r\n\r\n`,
  identity: `${POST}${TE}: identity\r\n\r\n`,
  'a space before the colon': `${POST}${TE} : chunked\r\n${NO_CHUNKS}`,
  'a vertical tab before the coding': `${POST}${TE}:\vchunked\r\n${NO_CHUNKS}`,
  'a NUL after the coding': `${POST}${TE}: chunked\0\r\n${NO_CHUNKS}`,
  'a folded coding': `${POST}${TE}:\r\n chunked\r\n${NO_CHUNKS}`,
  'a coding of HTTP/1.0': `POST / HTTP/1.0\r\nHost: a\r\n${TE}: chunked\r\n${NO_CHUNKS}`,
  'a folded header': `${GET}X: a\r\n b\r\n\r\n`,
  'a folded first header': 'GET /livez HTTP/1.1\r\n Host: a\r\n\r\n',
  'bare LFs': 'GET /livez HTTP/1.1\nHost: a\n\n',
  'a bare LF in the headers': `${GET}X: a\nY: b\r\n\r\n`,
  'a bare LF at the end': `${GET}\n`,
  'a bare CR in the headers': `${GET}X: a\rY: b\r\n\r\n`,
  'bare CRs at the end': 'GET /livez HTTP/1.1\r\nHost: a\r\r',
  'a bare CR after the request line': 'GET /livez HTTP/1.1\rHost: a\r\n\r\n',
  'a line without a colon': `${GET}X\r\n\r\n`,
  'a header without a name': `${GET}: x\r\n\r\n`,
  'a bare LF after a chunk size': `${POST}${TE}: chunked\r\n\r\n0\n\n`,
  'a bare LF in a chunk extension': `${POST}${TE}: chunked\r\n\r\n0;a\nb\r\n\r\n`,
  'a negative chunk size': `${POST}${TE}: chunked\r\n\r\n-1\r\n\r\n`,
  'a chunk size with 0x': `${POST}${TE}: chunked\r\n\r\n0x0\r\n\r\n`,
  'a chunk size beyond 64 bits': `${POST}${TE}: chunked\r\n\r\n10000000000000000\r\n\r\n`,
  'a chunk longer than its size': `${POST}${TE}: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`,
  'a length in the trailer': `${POST}${TE}: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n`,
  'a tunnel': 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n',
  'a tunnel to a path': 'CONNECT /livez HTTP/1.1\r\nHost: a\r\n\r\n',
  'no Host': 'GET /livez HTTP/1.1\r\n\r\n',
  'two Hosts': `${GET}Host: b\r\n\r\n`,
  'HTTP/2': 'GET /livez HTTP/2.0\r\nHost: a\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/1.2': 'GET /livez HTTP/1.2\r\nHost: a\r\n\r\n',
  'a greeting of TLS': '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
};

/** What is asked for? */
const TARGETS: Readonly<Record<string, string>> = {
  'another authority than Host': 'GET http://b/livez',
  'a scheme that is not HTTP': 'GET file:///etc/passwd',
  'an asterisk': 'GET *',
  'an asterisk of OPTIONS': 'OPTIONS *',
  'an authority': 'GET a:80',
  'no slash': 'GET livez',
  'a fragment': 'GET /livez#x',
  'a backslash': 'GET /\\livez',
  'a space': 'GET /live z',
  tabs: 'GET\t/livez\t',
  'a space before the method': ' GET /livez',
  'a NUL': 'GET /livez\0',
  'a method in small letters': 'get /livez',
};

it('each malformed request gets one refusal and ends its connection, and nothing in it is served', async () => {
  const { port, log, steady } = await clientService();
  const client = await steady();
  const cases = [
    ...Object.entries(ENDS).map(([name, request]) => [name, request + HIDDEN] as const),
    ...Object.entries(TARGETS).map(([name, line]) => {
      return [name, `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`] as const;
    }),
  ];
  const statuses = await Promise.all(
    cases.map(
      async ([name, request]) => [name, statusesIn(await rawRequest(port, request))] as const,
    ),
  );
  const { wrong } = await client.stop();

  // 401: a call without a signature is refused before its body is read.
  const others = statuses.filter(([, found]) => !['400', '401', '422'].includes(found));
  expect(others).toEqual([]);
  expect(wrong).toEqual([]);
  expect(targetsOf(log())).not.toContain('/hidden');
  const served = async () => {
    const request = `${GET}\r\n${HIDDEN.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`;
    expect(statusesIn(await rawRequest(port, request))).toBe('200 404');
    expect(targetsOf(log())).toContain('/hidden'); // so a request that is served is in the log
  };
  await recovery('malformed requests', served);
});

/** The statuses of all answers. */
function statusesIn(text: string): string {
  return [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status).join(' ');
}

function targetsOf(lines: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] {
  return lines.map(({ target }) => target);
}
