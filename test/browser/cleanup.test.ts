import { describe, expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { BUILDS, planBuilds, startWithBuilds } from './builds.ts';
import { useChromium } from './chromium.ts';
import { logIn, phraseToType } from './visitor.ts';

const open = useChromium();

describe.each([
  { script: 'with JavaScript', javaScriptEnabled: true },
  { script: 'without JavaScript', javaScriptEnabled: false },
])('a cleanup $script', ({ javaScriptEnabled }) => {
  it('is planned, confirmed, followed and stopped', async () => {
    const { url, standIn, letGo } = await startWithBuilds();
    const { page, complaints } = await open({
      baseURL: url,
      javaScriptEnabled,
      // Of the phrase that is wrong.
      expectedStatuses: [422],
    });
    await logIn(page);
    await planBuilds(page);
    expect(await page.locator('main svg.treemap:visible').count()).toBe(1);

    await page.getByLabel('to confirm').fill('delete everything');
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByText('Nothing was deleted. Type exactly:').waitFor();
    expect(standIn?.deletions).toEqual([]);

    await page.getByLabel('to confirm').fill(await phraseToType(page));
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
    await expect
      .poll(async () => Number(await page.getByRole('progressbar').getAttribute('value')))
      .toBe(2);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('Stopping: ').waitFor();
    letGo();

    await page.getByText(/Stopped: \d+ artifacts? deleted/).waitFor();
    expect(standIn?.deletions.length).toBeLessThan(BUILDS);
    expect(standIn?.deletions.length).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  it('of a configured policy runs to its end, and leads to the journal', async () => {
    const { url, startLastNode, standIn } = await startDemo();
    await startLastNode();
    const { page, complaints } = await open({ baseURL: url, javaScriptEnabled });
    await logIn(page);

    await page.goto('/ui/cleanup');
    await page.getByRole('link', { name: 'nightly' }).click();
    await page.getByLabel('to confirm').fill(await phraseToType(page));
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByText(/Done: \d+ artifacts? deleted/).waitFor();
    await page.getByRole('link', { name: /in the journal/ }).click();

    await page.getByRole('heading', { level: 1, name: 'Journal' }).waitFor();
    expect(await page.getByRole('main').innerText()).toContain('etl/nightly');
    expect(standIn?.deletions.length).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });
});

it('a cleanup whose events are lost says so, until they come again', async () => {
  const { url } = await startWithBuilds();
  const { page } = await open({ baseURL: url });
  await logIn(page);
  await planBuilds(page);
  const fates = ['end', 'fail', 'fail'];
  await page.route('**/events', (route) => {
    const fate = fates.shift();
    if (fate === 'end') return route.fulfill({ contentType: 'text/event-stream', body: ':\n\n' });
    return fate === 'fail' ? route.abort() : route.continue();
  });

  await page.getByLabel('to confirm').fill(await phraseToType(page));
  await page.getByRole('button', { name: /^Delete/ }).click();

  const failure = page.locator('#failure');
  await failure.getByText('The connection to the service is lost').waitFor();
  await expect.poll(() => failure.textContent(), { timeout: 30_000 }).toBe('');
  expect(fates).toEqual([]);
});
