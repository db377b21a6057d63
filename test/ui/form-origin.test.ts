import { describe, expect, it } from 'vitest';
import { Connection } from '../../shared/http/base/connection.ts';
import { THING, visited, WRITE } from '../support/form-page.ts';
import { visitorOf } from '../support/visitor.ts';

describe('the origin of a form', () => {
  const HTTPS = { public_url: 'https://images.example' };
  const PORT = { public_url: 'https://images.example:8443/base' };

  it.each([
    [{}, { origin: 'http://localhost' }],
    [{}, { origin: 'https://localhost' }],
    [{}, { origin: 'http://a.example:8080', host: 'A.example:8080' }],
    [{}, { origin: 'https://a.example', host: 'a.example:443' }],
    [{}, { origin: 'http://[::1]:5000', host: '[::1]:5000' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }],
    [HTTPS, { origin: 'https://images.example' }],
    [HTTPS, { origin: 'https://images.example:443', host: '127.0.0.1:5000' }],
    [PORT, { origin: 'https://images.example:8443' }],
  ])('with %j and %j is that of the service', async (app_config, headers) => {
    const { visitor } = visited(app_config);
    const csrf = await visitor.csrf();

    const res = await visitor.send('/ui/login', { csrf, token: WRITE }, headers);

    expect(res.status).toBe(303);
  });

  it.each([
    [{}, { origin: '' }],
    [{}, { origin: 'null' }],
    [{}, { origin: 'https://evil.example' }],
    [{}, { origin: 'http://localhost:8080' }],
    [{}, { origin: 'http://localhost.evil.example' }],
    [{}, { origin: 'http://evil.example', host: 'a@evil.example' }],
    [{}, { origin: 'http://evil.example', host: 'evil.example/' }],
    [{}, { origin: 'chrome-extension://localhost' }],
    [{}, { origin: 'localhost' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'cross-site' }],
    [{}, { origin: 'http://localhost', 'sec-fetch-site': 'same-site' }],
    [HTTPS, { origin: 'http://images.example', host: 'images.example' }],
    [HTTPS, { origin: 'http://localhost' }],
    [HTTPS, { origin: 'https://images.example:8443' }],
    [PORT, { origin: 'https://images.example' }],
  ])('with %j and %j is refused', async (app_config, headers) => {
    const { visitor } = visited(app_config);
    const csrf = await visitor.csrf();

    const res = await visitor.send('/ui/login', { csrf, token: WRITE }, headers);

    expect(res.status).toBe(403);
    expect(res.headers.get('set-cookie')).toBeNull();
    expect(await res.text()).toContain('app_config.public_url');
  });

  it('has to be there', async () => {
    const { visitor, get } = visited();
    const body = new URLSearchParams({ csrf: await visitor.csrf(), token: WRITE });

    const res = await get('/ui/login', { method: 'POST', body });

    expect(res.status).toBe(403);
  });
});

describe('over local_socket', () => {
  const local = (app: ReturnType<typeof visited>['app'], authority: string) => {
    const get = (path: string, init: RequestInit = {}) => {
      const headers = new Headers({
        host: authority,
        ...Object.fromEntries(new Headers(init.headers)),
      });
      return Promise.resolve(
        app.fetch(
          new Request(`http://${authority}${path}`, { ...init, headers }),
          new Connection(path, { isLocal: true }),
        ),
      );
    };
    return visitorOf({ get });
  };

  it('a form needs no login, through a tunnel from loopback, whatever public_url is', async () => {
    const { app } = visited({ public_url: 'https://images.example' });
    const visitor = local(app, 'localhost:8080');

    const csrf = await visitor.csrf(THING, THING);
    const res = await visitor.send(THING, { csrf, name: 'a' }, { origin: 'http://localhost:8080' });

    expect(res.status).toBe(200);
  });

  it('a form of a name that another site may resolve to loopback is refused', async () => {
    const { app } = visited();
    const visitor = local(app, 'rebound.example');

    const csrf = await visitor.csrf(THING, THING);
    const res = await visitor.send(
      THING,
      { csrf, name: 'a' },
      { origin: 'http://rebound.example' },
    );

    expect(res.status).toBe(403);
  });

  it('a form of the TCP port is refused', async () => {
    const { app, visitor } = visited();

    const csrf = await visitor.csrf();
    const res = await local(app, 'localhost').send(THING, { csrf, name: 'a' });

    expect(res.status).toBe(403);
  });
});
