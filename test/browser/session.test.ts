import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { useChromium } from './chromium.ts';
import { DEMO_TOKEN, logIn, logInButton, logOutButton } from './visitor.ts';

const open = useChromium();

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
/** Reads need a token too. */
const CLOSED = { appConfig: { read_token: 'demo-reading-token' } };

it('a login opens the page that was asked for, is shown on every page, and ends', async () => {
  const { url } = await startDemo(CLOSED);
  const { page, complaints } = await open({ baseURL: url, expectedStatuses: [401] });

  await page.goto('/ui/images?q=worker');
  await page.getByLabel('Token').fill(DEMO_TOKEN);
  await logInButton(page).click();

  await heading(page).getByText('Images').waitFor();
  expect(page.url()).toBe(`${url}/ui/images?q=worker`);
  await page.getByRole('navigation').getByRole('link', { name: 'Harbor' }).click();
  await logOutButton(page).click();
  await heading(page).getByText('Log in').waitFor();
  expect(complaints).toEqual([]);
});

it('a login is in no URL, no storage, and in no cookie that scripts can read', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url });
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));

  await logIn(page);

  const visible = await page.evaluate(() => [
    document.cookie,
    localStorage.length + sessionStorage.length,
  ]);
  expect(visible).toEqual(['', 0]);
  expect(urls.filter((one) => one.includes(DEMO_TOKEN))).toEqual([]);
});

it('a login that expires while one filters asks for a new one, and leads back', async () => {
  let laterMs = 0;
  const { url } = await startDemo({
    ...CLOSED,
    uiConfig: { session_hours: 1 },
    now: () => Date.now() + laterMs,
  });
  const { page, complaints } = await open({ baseURL: url, expectedStatuses: [401] });
  await logIn(page);
  await page.goto('/ui/images');
  laterMs = 3_600_000;

  await page.getByRole('searchbox').pressSequentially('worker');
  await heading(page).getByText('Log in').waitFor();
  await page.getByLabel('Token').fill(DEMO_TOKEN);
  await logInButton(page).click();

  await heading(page).getByText('Images').waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('worker');
  expect(complaints).toEqual([]);
});
