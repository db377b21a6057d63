import { describe, expect, it } from 'vitest';
import { demoRegistry } from '../../demo/registry.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { startService } from '../support/service.ts';

const TOKEN = 'write-token-of-the-test';

async function service() {
  const running = await startService({
    harbor: { registry: demoRegistry() },
    crictl: recordedAnswers('v1.34.0-containerd-1.7.24'),
    config: { app_config: { write_token: TOKEN } },
  });
  await running.get('/readyz'); // the readiness check's own call is out of the way
  await new Promise((resolve) => setTimeout(resolve, 50));
  running.standIn?.calls.splice(0);
  return running;
}

const request = (method: string, target: string) =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`;

/** Names that must never become part of a URL, as they may stand in a request target. */
const HOSTILE = [
  '.',
  '..',
  '%2e',
  '%2e%2e',
  '%2E.',
  '%252e%252e',
  '%25252e%25252e',
  '',
  '%00',
  'a%00b',
  '%5c',
  '%255c..',
  'a%0d%0ab',
  '..%2f..',
  '%2e%2e%2f',
  '..;',
  'a%2fb%2f..',
  '%c0%ae%c0%ae',
  'A',
  'a%20b',
  'a%252525',
  '*',
];

const TARGETS = HOSTILE.flatMap((name) => [
  ['GET', `/harbor/repositories/${name}`],
  ['GET', `/harbor/artifacts/${name}/web`],
  ['GET', `/harbor/artifacts/platform/${name}`],
  ['GET', `/harbor/artifacts/platform/apps/${name}/web`],
  ['DELETE', `/harbor/artifacts/${name}/web/v1`],
  ['DELETE', `/harbor/artifacts/platform/${name}/v1`],
  ['DELETE', `/harbor/artifacts/platform/apps/${name}/web/v1`],
]);
const REFERENCES = HOSTILE.filter((name) => name !== 'A').map((name) => [
  'DELETE',
  `/harbor/artifacts/platform/apps/web/frontend/${name}`,
]);

describe('router', () => {
  it('lets no name outside the grammar reach Harbor, sent as raw bytes', async () => {
    const running = await service();
    const answers = await Promise.all(
      [...TARGETS, ...REFERENCES].map(async ([method = '', target = '']) => {
        const answer = await running.raw(request(method, target));
        return `${answer.slice(9, 12)} ${/"code": "(\w+)"/.exec(answer)?.[1]} ${method} ${target}`;
      }),
    );
    expect(answers.filter((line) => !line.startsWith('422 invalid_request'))).toEqual([]);
    expect(running.standIn?.calls).toEqual([]);
  });

  it.each([
    ['GET', '/local-images/../harbor/projects', '404'],
    ['GET', '/./local-images', '404'],
    ['GET', '//local-images', '404'],
    ['GET', '/local-images/', '404'],
    ['GET', '/harbor/projects/..', '404'],
    ['GET', '/%2e%2e/livez', '404'],
    ['GET', '/livez\\..', '422'],
    ['GET', 'http://localhost/livez', '200'],
    ['HEAD', '/livez', '200'],
    ['OPTIONS', '/livez', '405'],
    ['POST', '/local-images', '405'],
    ['DELETE', '/harbor/artifacts/platform/web', '405'],
    ['PUT', '/harbor/artifacts/platform/web/v1', '405'],
  ])('answers %s %s as raw bytes with %s', async (method, target, status) => {
    const running = await service();
    const answer = await running.raw(request(method, target));
    expect(answer.slice(9, 12)).toBe(status);
    expect(running.standIn?.calls).toEqual([]);
  });

  it('says in Allow what a path takes', async () => {
    const running = await service();
    const answer = await running.raw(request('PUT', '/harbor/artifacts/platform/web/v1'));
    expect(answer).toMatch(/^Allow: GET, HEAD, DELETE\r$/m);
  });

  it.each([
    '/harbor/artifacts/platform/apps/web/frontend',
    '/harbor/artifacts/platform/apps%2Fweb%2Ffrontend',
    '/harbor/artifacts/platform/apps%252Fweb%252Ffrontend',
  ])('takes a nested repository written as %s', async (path) => {
    const running = await service();
    await running.get(path);
    expect(running.standIn?.calls.map((call) => call.path.split('?')[0])).toContain(
      '/api/v2.0/projects/platform/repositories/apps%252Fweb%252Ffrontend/artifacts',
    );
  });

  it('answers a malformed Host with a problem', async () => {
    const running = await service();
    const answer = await running.raw(
      'GET /livez HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
  });

  it('takes a request id that is one, and makes one otherwise', async () => {
    const running = await service();
    const taken = await running.get('/livez', { headers: { 'x-request-id': 'my.id-1' } });
    expect(taken.headers.get('x-request-id')).toBe('my.id-1');
    const made = await running.get('/livez', { headers: { 'x-request-id': 'not valid' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends the request id on to Harbor', async () => {
    const running = await service();
    await running.get('/harbor/projects', { headers: { 'x-request-id': 'trace-7' } });
    expect(running.standIn?.calls.map(({ headers }) => headers['x-request-id'])).toContain(
      'trace-7',
    );
  });

  it('serves only allowed hosts, probes apart', async () => {
    const running = await startService({
      config: { app_config: { allowed_hosts: ['images.example.test'] } },
    });
    const wrong = await running.raw(request('GET', '/openapi.json'));
    expect(wrong.slice(9, 12)).toBe('403');
    const right = await running.raw(
      'GET /openapi.json HTTP/1.1\r\nHost: images.example.test:5000\r\nConnection: close\r\n\r\n',
    );
    expect(right.slice(9, 12)).toBe('200');
    const probe = await running.raw(request('GET', '/livez'));
    expect(probe.slice(9, 12)).toBe('200');
  });

  it('logs what forwarding headers claim, cut at 200 characters', async () => {
    const running = await service();
    const claimed = `for=${'x'.repeat(300)}`;
    await running.get('/openapi.json', { headers: { forwarded: claimed } });
    expect(running.log).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        route: '/openapi.json',
        status: 200,
        peer: '127.0.0.1',
        forwarded: claimed.slice(0, 200),
        request_id: expect.any(String),
        ms: expect.any(Number),
        upstream_ms: 0,
      }),
    );
  });

  it('logs health checks only when they fail', async () => {
    const running = await startService({});
    await running.get('/livez');
    await running.get('/readyz');
    const routes = running.log.map(({ route, status }) => [route, status]);
    expect(routes.filter(([route]) => route !== undefined)).toEqual([['/readyz', 503]]);
  });
});
