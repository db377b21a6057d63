import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { eventually } from '../support/eventually.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';

const open = useChromium();

const MOST_BYTES = 60 * 1024;

/** The bytes over the wire of one visit, headers included, by path; of what the cache has, none. */
async function weigh(page: Page, path: string): Promise<ReadonlyMap<string, number>> {
  const paths = new Map<string, string>();
  const bytes = new Map<string, number>();
  const session = await page.context().newCDPSession(page);
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.startsWith('data:')) paths.set(requestId, new URL(request.url).pathname);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const loaded = paths.get(requestId);
    if (loaded !== undefined) bytes.set(loaded, encodedDataLength);
  });
  await session.send('Network.enable');
  await page.goto(path);
  await eventually(() => expect(bytes.size).toBe(paths.size));
  await session.detach();
  return bytes;
}

it('a page is at most 60 KiB over the wire, and nothing but itself when the rest is cached', async () => {
  const { url } = await startDemo();
  for (const { name, path } of PAGES) {
    const { page, context } = await open({ baseURL: url, expectedStatuses: [404, 409] });
    const uncached = await weigh(page, path);
    const cached = await weigh(page, path);
    await context.close();
    const sum = [...uncached.values()].reduce((a, b) => a + b, 0);
    const assets = [...cached].filter(([loaded]) => loaded.startsWith('/ui/assets/'));
    expect.soft(sum, name).toBeLessThanOrEqual(MOST_BYTES);
    expect.soft(uncached.size, name).toBeGreaterThanOrEqual(3);
    expect.soft(cached.get(path), name).toBeGreaterThan(0);
    expect
      .soft(
        assets.filter(([, bytes]) => bytes > 0),
        name,
      )
      .toEqual([]);
  }
});
