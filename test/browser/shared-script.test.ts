import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { useChromium } from './chromium.ts';

const open = useChromium();

it('a filter replaces the results as one types, and leaves the focus where it is', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url });
  await page.goto('/ui');

  await page.locator('[name=q]').pressSequentially('node-1');

  await expect.poll(() => page.locator('#results .count').innerText()).toBe('1 to 1 of 1');
  await expect.poll(() => page.url()).toBe(`${url}/ui?q=node-1`);
  expect(await page.locator('[name=q]').evaluate((one) => one === document.activeElement)).toBe(
    true,
  );
  expect(await page.locator('#announcements').innerText()).toBe('1 to 1 of 1');
});

it('a filter that gets no answer, or that of something else, leaves the results and says so', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url, expectedStatuses: [502] });
  await page.goto('/ui');
  await page.route('**/ui?**', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));

  await page.locator('[name=q]').pressSequentially('node-1');

  await expect.poll(() => page.locator('#failure').innerText()).toContain('did not answer');
  expect(await page.locator('#results .count').innerText()).toBe('1 to 3 of 3');
  await page.unroute('**/ui?**');
  await page.locator('[name=q]').press('Enter');
  await expect.poll(() => page.locator('#results .count').innerText()).toBe('1 to 1 of 1');
  expect(await page.locator('#failure').isVisible()).toBe(false);
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
