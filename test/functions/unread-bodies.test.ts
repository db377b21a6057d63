/** Who may not send a body is answered before it is read: otherwise strangers could make the service wait and keep it. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { router } from '../../functions/router.ts';
import { routesOf } from '../../shared/http/routes.ts';
import { rawConnection } from '../support/raw-request.ts';
import { createService } from '../support/service.ts';

const PATHS = routesOf(router)
  .filter(({ method }) => method === 'POST')
  .map(({ path }) => path.replaceAll(/:\w+(?:\{[^}]+\})?/g, 'images'));

it('every route with a body is known here', () => {
  expect(PATHS.toSorted()).toEqual(
    expect.arrayContaining([
      '/harbor/cleanup',
      '/ui/login',
      '/webhooks/harbor',
      '/webhooks/images',
    ]),
  );
});

it.each(PATHS)('POST %s answers strangers before their body', async (path) => {
  const { listen } = createService({
    config: {
      app_config: {
        read_token: 'read-token-of-the-test',
        write_token: 'write-token-of-the-test',
        public_url: 'http://localhost',
      },
      webhook_config: {
        harbor_webhook_token: 'Bearer harbor-token-of-the-test',
        invoke_secret: btoa('24 bytes for the secret!'),
      },
    },
  });
  const { port } = await listen();
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Origin: https://elsewhere.example',
    'Content-Type: application/json',
    'Transfer-Encoding: chunked',
    '\r\n',
  ].join('\r\n');
  const [answer] = await once(rawConnection(port, `${head}1\r\n{\r\n`), 'data');

  expect(answer).toMatch(/^HTTP\/1\.1 (?:303|40[13]) /);
});
