/** The limits of bodies that docs/security.md names. */
import { expect, it } from 'vitest';
import { createService } from '../support/service.ts';

const HOOK = 'Bearer harbor-token-of-the-test';
const WRITE = 'write-token-of-the-test';
const PLAN = { policy: { tags: ['v*'] } };

async function send(path: string, body: string) {
  const { get } = createService({
    config: {
      app_config: { write_token: WRITE },
      webhook_config: { harbor_webhook_token: HOOK },
    },
  });
  const authorization = path.startsWith('/webhooks') ? HOOK : `Bearer ${WRITE}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await get(path, { method: 'POST', headers, body });
  const text = await answer.text();
  return { status: answer.status, text, hsts: answer.headers.get('strict-transport-security') };
}

it.each([
  ['/webhooks/harbor', 1024 * 1024, {}],
  ['/harbor/cleanup', 64 * 1024, PLAN],
])('%s takes %d bytes, and no more', async (path, most, value) => {
  const [whole, more] = [most, most + 1].map((size) => JSON.stringify(value).padEnd(size));

  expect((await send(path, whole ?? '')).status).not.toBe(413);
  expect(await send(path, more ?? '')).toMatchObject({
    status: 413,
    text: expect.stringContaining('payload_too_large'),
  });
});

it.each([
  [64, false],
  [65, true],
])('JSON of %d levels', async (levels, isRefused) => {
  const body = `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
  const { text } = await send('/webhooks/harbor', body);

  expect(text.includes('at most 64 levels')).toBe(isRefused);
});

it('leaves Strict-Transport-Security to the proxy with the certificate', async () => {
  expect((await send('/harbor/cleanup', '{}')).hsts).toBeNull();
});
