/** What the visit of a page weighs. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../support/eventually.ts';

/** Of the first visit of a page. */
export const MOST_BYTES = 60 * 1024;

/** The bytes over the wire of one visit, headers included, by path; of what the cache has, none. */
export async function weigh(page: Page, path: string): Promise<ReadonlyMap<string, number>> {
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

export const sum = (bytes: ReadonlyMap<string, number>) =>
  [...bytes.values()].reduce((a, b) => a + b, 0);
