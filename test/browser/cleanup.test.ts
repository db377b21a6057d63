import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Faults } from '../../demo/harbor/faults.ts';
import { demoRegistry } from '../../demo/registry.ts';
import { startDemo } from '../support/demo.ts';
import { useChromium } from './chromium.ts';
import { logIn, phraseToType } from './visitor.ts';

const open = useChromium();

const BUILDS = 40;
const slowDeletes: Faults = ({ method }) => (method === 'DELETE' ? { delayMs: 400 } : undefined);

/** The demo with every node, and with builds that a policy covers. Each deletion takes a while. */
async function startWithBuilds() {
  const registry = demoRegistry();
  for (let build = 1; build <= BUILDS; build += 1)
    registry.push('data', 'jobs/builds', {
      tags: [`build-${build}`],
      sizeBytes: build * 1_000_000,
    });
  const demo = await startDemo({ harbor: { registry, faults: slowDeletes } });
  await demo.startLastNode();
  return demo;
}

async function planBuilds(page: Page): Promise<void> {
  await page.goto('/ui/cleanup');
  await page.getByLabel('Tags').fill('build-*');
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await page.getByRole('heading', { name: `${BUILDS} artifacts may be deleted` }).waitFor();
}

describe.each([
  { script: 'with JavaScript', javaScriptEnabled: true },
  { script: 'without JavaScript', javaScriptEnabled: false },
])('a cleanup $script', ({ javaScriptEnabled }) => {
  it('is planned, confirmed, followed and stopped', async () => {
    const { url, standIn } = await startWithBuilds();
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
    await page.getByText('The phrase does not match. Nothing was deleted.').waitFor();
    expect(standIn?.deletions).toEqual([]);

    await page.getByLabel('to confirm').fill(await phraseToType(page));
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.getByRole('heading', { level: 1, name: 'Cleanup run' }).waitFor();
    const progress = page.getByRole('progressbar');
    await expect
      .poll(async () => Number(await progress.getAttribute('value')), { timeout: 30_000 })
      .toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Stop' }).click();

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
