import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';
import { MOST_BYTES, sum, weigh } from './weigh.ts';

const open = useChromium();

it('a page is at most 60 KiB over the wire, and nothing but itself when the rest is cached', async () => {
  const { url } = await startDemo();
  const tooHeavy: string[] = [];
  const loadedAgain: string[] = [];
  const weights: string[] = [];
  for (const { name, path } of PAGES) {
    const { page, context } = await open({ baseURL: url, expectedStatuses: [404, 409] });
    const uncached = await weigh(page, path);
    const cached = await weigh(page, path);
    await context.close();
    if (sum(uncached) > MOST_BYTES) tooHeavy.push(`${name}: ${sum(uncached)} bytes`);
    const again = [...cached].filter(
      ([loaded, bytes]) => bytes > 0 && loaded.startsWith('/ui/assets/'),
    );
    loadedAgain.push(...again.map(([loaded]) => `${name}: ${loaded}`));
    expect.soft(uncached.size, name).toBeGreaterThanOrEqual(3);
    expect.soft(cached.get(path), name).toBeGreaterThan(0);
    weights.push(`${path}: ${sum(uncached)} bytes, then ${sum(cached)}`);
  }
  process.stdout.write(`${weights.join('\n')}\n`);
  expect.soft(tooHeavy).toEqual([]);
  expect(loadedAgain).toEqual([]);
});
