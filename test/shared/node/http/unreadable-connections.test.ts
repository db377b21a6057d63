import net from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { serving } from '../../../support/client.ts';

it('a tunnel is refused after the answers before it, and what follows is not read', async () => {
  const served: string[] = [];
  const { raw } = await serving({
    fetch: (request) => {
      served.push(new URL(request.url).pathname);
      return new Response('yes');
    },
  });
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const tunnel = 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n';
  const answers = await raw(get('/before') + tunnel + get('/after'));

  expect(answers).toMatch(/^HTTP\/1\.1 200 .*yesHTTP\/1\.1 400 .*"code":"bad_request"/s);
  expect(answers.match(/HTTP\/1\.1 /g)).toHaveLength(2);
  expect(served).toEqual(['/before']);
});

it.each([
  ['is closed without an answer when nothing came on it', '', ''],
  [
    'is refused when a request has begun on it',
    'GET / HT',
    expect.stringMatching(/^HTTP\/1\.1 422 /),
  ],
])('a connection that times out %s', async (_, sent, answer) => {
  const { port } = await serving({ fetch: () => new Response() }, { requestTimeoutMs: 300 });
  const socket = net.connect(port, '127.0.0.1').setEncoding('utf8');
  onTestFinished(() => void socket.destroy());
  socket.write(sent);
  let text = '';
  for await (const part of socket) text += part;

  expect(text).toEqual(answer);
});
