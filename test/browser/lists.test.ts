import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';

const open = useChromium();

const queryOf = (page: Page) => new URL(page.url()).searchParams;

it('a list is filtered as one types: the address follows, the field keeps the focus, and the count is announced', async () => {
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
  expect(await page.locator('#announcements').innerText()).toMatch(/^1 to \d+ of \d+$/);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Nodes' }).waitFor();
  await page.goForward();
  await expect.poll(() => queryOf(page).get('q')).toBe('worker');
  expect(await search.inputValue()).toBe('worker');
  expect(await rows.count()).toBeLessThan(all);
  expect(complaints).toEqual([]);
});

it.each([
  { what: 'no answer', answer: null },
  { what: 'the answer of something else', answer: { status: 502, body: 'Bad Gateway' } },
])('a filter that gets $what leaves the results, and says so', async ({ answer }) => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url, expectedStatuses: [502] });
  await page.goto('/ui');
  const count = page.locator('#results .count');
  await page.route('**/ui?**', (route) =>
    answer === null ? route.abort() : route.fulfill(answer),
  );

  await page.locator('[name=q]').pressSequentially('node-1');

  await expect.poll(() => page.locator('#failure').innerText()).toContain('did not answer');
  expect(await count.innerText()).toBe('1 to 3 of 3');
  await expect.poll(() => page.locator('[aria-busy]').count()).toBe(0);
  await page.unroute('**/ui?**');
  await page.locator('[name=q]').press('Enter');
  await expect.poll(() => count.innerText()).toBe('1 to 1 of 1');
  expect(await page.locator('#failure').isVisible()).toBe(false);
});

it('the first page loads the drift of each node later, with links to it', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui');

  const node = page.getByRole('article').filter({ hasText: 'node-2' });
  await node.getByText('1 gone (running)').click();

  await page.getByRole('heading', { level: 1, name: 'Drift' }).waitFor();
  expect(complaints).toEqual([]);
});

it('the heads of a long table stay above its rows', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url, viewport: { width: 1280, height: 400 } });
  await page.goto('/ui/images');

  const offset = await page
    .locator('main .table-region')
    .first()
    .evaluate((region) => {
      region.scrollIntoView();
      region.scrollTop = region.scrollHeight;
      const head = region.querySelector('thead th')?.getBoundingClientRect();
      return region.scrollTop > 0 && head ? head.top - region.getBoundingClientRect().top : null;
    });

  expect(offset).not.toBeNull();
  expect(Math.abs(offset ?? 0)).toBeLessThan(3);
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

it('a copy button copies by the keyboard, without the clipboard that browsers have only over https', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url });
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: null }));
  await page.goto('/ui/images');
  const button = page.locator('.copy').first();

  await button.press('Enter');

  const text = await button.getAttribute('data-copy');
  await expect.poll(() => page.locator('#announcements').innerText()).toBe(`Copied ${text}`);
  expect(await button.evaluate((one) => one === document.activeElement)).toBe(true);
});
