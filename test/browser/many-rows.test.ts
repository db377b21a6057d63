import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useChromium } from './chromium.ts';
import { startWithMany } from './many.ts';
import { logIn } from './visitor.ts';
import { MOST_BYTES, sum, weigh } from './weigh.ts';

const open = useChromium();

const ROWS = 10_000;
/** Lists of so many rows, and what a search for v7777 finds in them. */
const LISTS = [
  { path: '/ui/nodes/node-1', found: 1 },
  { path: '/ui/compare', found: 1 },
  { path: '/ui/harbor/shop/web', found: 1 },
  { path: '/ui/unused', found: 1 },
  { path: '/ui/journal', found: 1 },
] as const;

const count = (page: Page) => page.locator('main .count').first();

/** Scrolls the table to its last row. Whether its heads can still be seen, right above the rows. */
function headStays(page: Page): Promise<boolean> {
  return page
    .locator('main .table-region')
    .first()
    .evaluate((region) => {
      region.scrollIntoView();
      region.scrollTop = region.scrollHeight;
      const head = region.querySelector('thead th')?.getBoundingClientRect();
      const { top } = region.getBoundingClientRect();
      return region.scrollTop > 0 && head !== undefined && Math.abs(head.top - top) < 3;
    });
}

it.each(LISTS)(
  '$path with 10,000 rows is light, keeps its heads, and is sliced and filtered',
  async ({ path, found }) => {
    const { url } = await startWithMany(ROWS);
    const { page, complaints } = await open({ baseURL: url });

    const weight = sum(await weigh(page, path));
    expect.soft(weight).toBeLessThan(MOST_BYTES);
    await expect.poll(() => count(page).innerText()).toMatch(/^1 to [12]00 of (10000|many)$/);
    expect(await headStays(page)).toBe(true);
    const begin = performance.now();
    await page.getByRole('link', { name: 'Next' }).first().click();
    await expect.poll(() => count(page).innerText()).toMatch(/^[12]01 to [24]00 of/);
    process.stdout.write(
      `${path}: ${weight} bytes; the next slice in ${Math.round(performance.now() - begin)} ms\n`,
    );
    await page.getByRole('searchbox').fill('v7777');
    await expect.poll(() => count(page).innerText()).toBe(`1 to ${found} of ${found}`);
    expect(complaints).toEqual([]);
  },
);

it('/ui/drift with 10,000 rows is light, and finds one of them', async () => {
  const { url } = await startWithMany(ROWS);
  const { page, complaints } = await open({ baseURL: url });

  expect.soft(sum(await weigh(page, '/ui/drift'))).toBeLessThan(MOST_BYTES);
  await page.getByRole('searchbox').fill('v7777');

  await expect.poll(() => count(page).innerText()).toBe('1 to 1 of 1');
  expect(complaints).toEqual([]);
});

it('/ui/cleanup with 10,000 candidates is light, and shows their sum and the first of them', async () => {
  const { url } = await startWithMany(ROWS);
  const { page, complaints } = await open({ baseURL: url });
  await logIn(page, 'write-token');

  const weight = sum(await weigh(page, '/ui/cleanup?repositories=shop/old&tags=v*'));

  expect.soft(weight).toBeLessThan(MOST_BYTES);
  await page.getByRole('heading', { name: '10000 artifacts may be deleted' }).waitFor();
  expect(await count(page).innerText()).toBe('1 to 100 of 10000');
  expect(complaints).toEqual([]);
});
