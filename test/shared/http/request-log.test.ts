import { afterEach, expect, it, vi } from 'vitest';
import { createRouter } from '../../support/router.ts';
import { startStranger } from '../../support/stranger.ts';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

afterEach(() => {
  vi.useRealTimers();
});

it.each([
  ['forward', YEAR_MS],
  ['back', -YEAR_MS],
])('a clock that jumps %s during a request changes no duration in its line', async (_, jumpMs) => {
  const bridge = await startStranger((_, outgoing) => {
    vi.setSystemTime(Date.now() + jumpMs);
    outgoing.end('{"started_at_ms":1,"images":[]}');
  });
  const { get, log } = createRouter({ bridge_config: { bridge_url: bridge.url } });
  vi.useFakeTimers({ toFake: ['Date'] });
  await get('/local-images');
  const isShort = expect.toSatisfy((ms: number) => ms >= 0 && ms < YEAR_MS / 2);

  expect(log).toContainEqual(
    expect.objectContaining({ msg: 'GET /local-images', ms: isShort, upstream_ms: isShort }),
  );
});
