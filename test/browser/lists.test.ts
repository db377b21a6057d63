import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';

const open = useChromium();

const queryOf = (page: Page) => new URL(page.url()).searchParams;

it('a list is filtered as one types: the address follows, and the field keeps the focus', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui');
  await page.getByRole('navigation').getByRole('link', { name: 'Images' }).click();
  const search = page.getByRole('searchbox');
  const rows = page.locator('#results tbody tr');
  const all = await rows.count();

  await search.pressSequentially('worker', { delay: 20 });

  await expect.poll(() => page.url()).toBe(`${url}/ui/images?q=worker`);
  expect(await rows.count()).toBeLessThan(all);
  expect(await search.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await search.inputValue()).toBe('worker');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  await page.goForward();
  await expect.poll(() => queryOf(page).get('q')).toBe('worker');
  expect(await search.inputValue()).toBe('worker');
  expect(await rows.count()).toBeLessThan(all);
  expect(complaints).toEqual([]);
});

it('a list is sorted and sliced by links that can be kept', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, javaScriptEnabled: false });
  await page.goto('/ui/images?page_size=3');
  const rows = page.locator('#results tbody tr');
  const first = await rows.first().innerText();

  await page.getByRole('link', { name: 'Next' }).click();
  expect(queryOf(page).get('page')).toBe('2');
  expect(await rows.first().innerText()).not.toBe(first);
  await page.getByRole('columnheader', { name: 'Size' }).getByRole('link').click();

  expect(queryOf(page).get('sort')).toBe('-size_bytes');
  expect(queryOf(page).get('page')).toBe(null);
  expect(complaints).toEqual([]);
});

it('a list is filtered without JavaScript', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, javaScriptEnabled: false });
  await page.goto('/ui/images');
  const rows = page.locator('#results tbody tr');
  const all = await rows.count();

  await page.getByRole('searchbox').fill('worker');
  await page.getByRole('button', { name: 'Filter' }).click();

  expect(queryOf(page).get('q')).toBe('worker');
  expect(await rows.count()).toBeLessThan(all);
  expect(complaints).toEqual([]);
});

it('the journal is filtered without JavaScript', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, javaScriptEnabled: false });
  await page.goto('/ui/journal');

  await page.getByLabel('Outcome').selectOption('not deleted');
  await page.getByRole('button', { name: 'Filter' }).click();

  await page.locator('.count').getByText('1 to 1 of 1').waitFor();
  const deletion = page.locator('main tbody details').first();
  await deletion.locator('summary').click();
  await deletion.getByText('The artifact was not deleted').waitFor();
  expect(complaints).toEqual([]);
});

it('every page has the same headings and rows without JavaScript', async () => {
  const { url } = await startDemo();
  const scripted = await open({ baseURL: url, expectedStatuses: [404, 409] });
  const plain = await open({
    baseURL: url,
    expectedStatuses: [404, 409],
    javaScriptEnabled: false,
  });
  for (const { path } of PAGES) {
    const [expected, shown] = await Promise.all(
      [scripted, plain].map(async ({ page }) => {
        await page.goto(path);
        const headings = await page.locator('h1, h2, h3, caption').allInnerTexts();
        return { headings, rows: await page.locator('tbody tr').count() };
      }),
    );
    expect.soft(shown, path).toEqual(expected);
  }
  expect(plain.complaints).toEqual([]);
  expect(scripted.complaints).toEqual([]);
});

it('a copy button copies, and says so', async () => {
  const { url } = await startDemo();
  const { page, context, complaints } = await open({ baseURL: url });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/ui/artifacts/platform/apps/web/frontend/stable');

  const button = page.getByRole('main').getByRole('button', { name: /^Copy/ }).first();
  const text = await button.getAttribute('data-copy');
  await button.click();

  await expect.poll(() => page.locator('#announcements').innerText()).toBe(`Copied ${text}`);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  expect(complaints).toEqual([]);
});
