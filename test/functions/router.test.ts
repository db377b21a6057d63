import { describe, expect, it } from 'vitest';
import { demoRegistry } from '../../demo/registry.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { createService } from '../support/service.ts';

const TOKEN = 'write-token-of-the-test';

function service() {
  return createService({
    harbor: { registry: demoRegistry() },
    crictl: recordedAnswers('v1.34.0-containerd-1.7.24'),
    config: { app_config: { write_token: TOKEN } },
  });
}

const request = (method: string, target: string) =>
  `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n\r\n`;

describe('router', () => {
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
    const { listen, standIn } = service();
    const { raw } = await listen();
    const answer = await raw(request(method, target));
    expect(answer.slice(9, 12)).toBe(status);
    expect(standIn?.calls).toEqual([]);
  });

  it.each([
    '/harbor/artifacts/platform/apps/web/frontend',
    '/harbor/artifacts/platform/apps%2Fweb%2Ffrontend',
    '/harbor/artifacts/platform/apps%252Fweb%252Ffrontend',
  ])('accepts a nested repository written as %s', async (path) => {
    const running = service();
    await running.get(path);
    expect(running.standIn?.calls.map((call) => call.path.split('?')[0])).toContain(
      '/api/v2.0/projects/platform/repositories/apps%252Fweb%252Ffrontend/artifacts',
    );
  });

  it('uses a valid request id, and creates one otherwise', async () => {
    const running = service();
    const taken = await running.get('/livez', { headers: { 'x-request-id': 'my.id-1' } });
    expect(taken.headers.get('x-request-id')).toBe('my.id-1');
    const made = await running.get('/livez', { headers: { 'x-request-id': 'not valid' } });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends the request id on to Harbor', async () => {
    const running = service();
    await running.get('/harbor/projects', { headers: { 'x-request-id': 'trace-7' } });
    expect(running.standIn?.calls.map(({ headers }) => headers['x-request-id'])).toContain(
      'trace-7',
    );
  });

  it('logs what forwarding headers claim, cut at 200 characters', async () => {
    const running = service();
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
    const running = createService({});
    await running.get('/livez');
    await running.get('/readyz');
    const routes = running.log.map(({ route, status }) => [route, status]);
    expect(routes.filter(([route]) => route !== undefined)).toEqual([['/readyz', 503]]);
  });
});
