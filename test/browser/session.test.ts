import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { type DemoOptions, startDemo } from '../support/demo.ts';
import { eventually } from '../support/eventually.ts';
import { useChromium } from './chromium.ts';
import { DEMO_TOKEN, logIn, logInButton, logOutButton, phraseToType } from './visitor.ts';

const open = useChromium();

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
/** Reads need a token too. */
const CLOSED = { appConfig: { read_token: 'demo-read-token' } };

describe.each([
  { script: 'with JavaScript', javaScriptEnabled: true },
  { script: 'without JavaScript', javaScriptEnabled: false },
])('a login $script', ({ javaScriptEnabled }) => {
  it('opens the page that was asked for, is shown on every page, and ends', async () => {
    const { url } = await startDemo(CLOSED);
    const { page, complaints } = await open({
      baseURL: url,
      javaScriptEnabled,
      expectedStatuses: [401],
    });

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

  it('with a wrong token says so, and offers another try', async () => {
    const { url } = await startDemo();
    const { page, complaints } = await open({
      baseURL: url,
      javaScriptEnabled,
      expectedStatuses: [401],
    });

    await page.goto('/ui/login?next=/ui/drift');
    await page.getByLabel('Token').fill('wrong');
    await logInButton(page).click();
    await page.getByRole('alert').getByText('not valid').waitFor();
    await page.getByLabel('Token').fill(DEMO_TOKEN);
    await logInButton(page).click();

    await heading(page).getByText('Drift').waitFor();
    expect(complaints).toEqual([]);
  });
});

it('a login is in no URL, no storage, and in no cookie that scripts can read', async () => {
  const { url } = await startDemo();
  const { page, context } = await open({ baseURL: url });
  const urls: string[] = [];
  page.on('request', (request) => urls.push(request.url()));

  await logIn(page);

  const [cookie, ...others] = await context.cookies();
  expect(others).toEqual([]);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/ui' });
  expect(cookie?.value).not.toContain(DEMO_TOKEN);
  const visible = await page.evaluate(() => [
    document.cookie,
    localStorage.length + sessionStorage.length,
  ]);
  expect(visible).toEqual(['', 0]);
  expect(urls.filter((one) => one.includes(DEMO_TOKEN))).toEqual([]);
});

describe('a login that has expired', () => {
  async function openLater(options: DemoOptions = {}) {
    let laterMs = 0;
    const demo = await startDemo({
      ...options,
      uiConfig: { session_hours: 1 },
      now: () => Date.now() + laterMs,
    });
    const opened = await open({ baseURL: demo.url, expectedStatuses: [401] });
    await logIn(opened.page);
    const expire = (): void => {
      laterMs = 3_600_000;
    };
    return { ...demo, ...opened, expire };
  }

  it('while one filters asks for a new one, and leads back', async () => {
    const { page, expire, complaints } = await openLater(CLOSED);
    await page.goto('/ui/images');
    expire();

    await page.getByRole('searchbox').pressSequentially('worker');
    await heading(page).getByText('Log in').waitFor();
    await page.getByLabel('Token').fill(DEMO_TOKEN);
    await logInButton(page).click();

    await heading(page).getByText('Images').waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('worker');
    expect(complaints).toEqual([]);
  });

  it('deletes nothing, and leads back to the plan', async () => {
    const { page, expire, startLastNode, standIn } = await openLater();
    await startLastNode();
    await page.goto('/ui/cleanup?policy=nightly');
    await page.getByLabel('to confirm').fill(await phraseToType(page));
    expire();

    await page.getByRole('button', { name: /^Delete/ }).click();
    await heading(page).getByText('Log in').waitFor();
    await page.getByLabel('Token').fill(DEMO_TOKEN);
    await logInButton(page).click();

    await page.getByRole('heading', { name: '1 artifact may be deleted' }).waitFor();
    expect(standIn?.deletions).toEqual([]);
  });
});

it('a service that goes away while one filters leaves what is shown, and says so', async () => {
  const { url, close } = await startDemo();
  const { page } = await open({ baseURL: url });
  await page.goto('/ui/images');
  await close();

  await page.getByRole('searchbox').pressSequentially('worker');

  await page.getByRole('alert').getByText('did not answer').waitFor();
  expect(await page.getByRole('table').getByRole('row').count()).toBeGreaterThan(5);
  await eventually(async () => expect(await page.locator('[aria-busy]').count()).toBe(0));
});
