/** The questions that a person with the demo must be able to answer within a minute, by the pages alone. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PHONE, useChromium, WIDE } from './chromium.ts';

const open = useChromium();

const main = (page: Page) => page.getByRole('main');
const view = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name, exact: true });
/** The row of a table that begins with this text. */
const row = (page: Page, text: string | RegExp) =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader').filter({ hasText: text }) });

describe.each([
  { screen: 'a wide screen', viewport: WIDE, javaScriptEnabled: true },
  { screen: 'a phone', viewport: PHONE, javaScriptEnabled: true },
  { screen: 'a wide screen without JavaScript', viewport: WIDE, javaScriptEnabled: false },
])('on $screen, the pages say', ({ viewport, javaScriptEnabled }) => {
  async function openDemo() {
    const { url, startLastNode } = await startDemo();
    await startLastNode();
    const { page } = await open({ baseURL: url, viewport, javaScriptEnabled });
    await page.goto('/ui');
    return page;
  }

  it('which running image would be lost with its node', async () => {
    const page = await openDemo();

    await view(page, 'Drift').click();

    const notice = main(page).getByRole('alert').filter({ hasText: 'would be lost' });
    const text = await notice.innerText();
    expect(text).toContain('1 running image would be lost with its node');
    expect(text).toContain('platform/apps/worker:1.8.3, only on node-2, used by shop/worker-1');
  });

  it('which node lacks what the others have', async () => {
    const page = await openDemo();

    await view(page, 'Compare').click();
    const lacking = main(page).getByText('Nodes that lack what most of the others have');
    expect(await lacking.innerText()).toContain('node-2 (2 images)');
    await lacking.getByRole('link', { name: /node-2/ }).click();

    await page.locator('.count').getByText('1 to 2 of 2').waitFor();
    expect(await row(page, 'platform/apps/web/frontend:2.4.1').count()).toBe(1);
    expect(await row(page, 'releases/gateway:v3.2.0').count()).toBe(1);
  });

  it('what may go, and how much that frees', async () => {
    const page = await openDemo();

    await view(page, 'Unused').click();
    await page.locator('.count').getByText('1 to 11 of 11').waitFor();
    expect(await main(page).innerText()).toMatch(/Unused artifacts\s+11\s+Total size\s+1\.25GB/);
    expect(await row(page, 'data/etl/nightly').innerText()).toContain('411MB');

    await view(page, 'Cleanup').click();
    await main(page).getByRole('link', { name: 'nightly' }).click();
    await main(page).getByRole('heading', { name: '1 artifact may be deleted' }).waitFor();
    expect(await main(page).innerText()).toMatch(/May be deleted\s+1\s+Frees up to\s+411MB/);
  });

  it('who deleted what last week', async () => {
    const page = await openDemo();

    await view(page, 'Journal').click();
    await main(page).getByRole('link', { name: 'Last 7 days' }).click();
    const actors = main(page).getByRole('navigation', { name: 'Who deleted' });
    await actors.waitFor();

    expect(await actors.innerText()).toMatch(/2 by nightly\s+819MB[\s\S]*2 by alice\s+52MB/);
    const table = await main(page).getByRole('table').innerText();
    expect(table).toMatch(/alice[\s\S]*toolbox:debug[\s\S]*debug build/);
    expect(table).not.toContain('20260702');
  });
});

it('the first page counts what runs and is gone from Harbor, for each node', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui');

  const node = page.getByRole('article').filter({ hasText: 'node-2' });
  await node.getByText('1 gone (running)').click();

  await page.getByRole('heading', { level: 1, name: 'Drift' }).waitFor();
  expect(await main(page).innerText()).toContain('platform/apps/worker:1.8.3');
  expect(complaints).toEqual([]);
});
