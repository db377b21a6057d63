import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { accessibilityFaults } from './axe.ts';
import { startWithBuilds } from './builds.ts';
import { PHONE, useChromium, WIDE } from './chromium.ts';
import { confirmPlan, logIn } from './visitor.ts';

const open = useChromium();

const OLD = '/ui/artifacts/platform/apps/web/frontend/2.3.9';

/** Further states, while every node can be read. */
const WITH_EVERY_NODE = [
  '/ui/nodes/node-3',
  '/ui/images?ignored=true',
  '/ui/images?q=nothing-has-this-name',
  '/ui/compare?lacks=node-2',
  '/ui/drift?status=gone&running=true',
  '/ui/unused',
  '/ui/unused?q=nothing-has-this-name',
  '/ui/cleanup?policy=nightly',
  '/ui/cleanup?tags=build-*&keep_newest=1',
  '/ui/cleanup?tags=nothing-has-this-name',
  `${OLD}/deletion`,
  `${OLD}/deletion?force=true`,
  '/ui/journal?since=2026-01-01',
] as const;

/** Failures: node-3 was read, and is down now. */
const FAILED = [
  { path: '/ui/nodes/node-3', status: 200 },
  { path: '/ui/nodes/node-4', status: 404 },
  { path: '/ui/cleanup?policy=nightly', status: 409 },
  { path: '/ui/harbor/platform/nowhere', status: 404 },
  { path: '/ui/journal?since=yesterday', status: 422 },
] as const;

const LOOKS = [
  { look: 'light and wide', viewport: WIDE, colorScheme: 'light' },
  { look: 'dark and wide', viewport: WIDE, colorScheme: 'dark' },
  { look: 'light on a phone', viewport: PHONE, colorScheme: 'light' },
  { look: 'dark on a phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

/** What axe-core finds, and whether the page is wider than the window. */
async function faultsInEveryLook(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const { look, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) faults.push(`${look}: ${width} px wide`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${look}: ${fault}`));
  }
  return faults;
}

const statusOf = async (page: Page, path: string): Promise<number | undefined> =>
  (await page.goto(path))?.status();

it('every page is without faults in every look', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, expectedStatuses: [404, 409] });
  for (const { path, heading, status = 200 } of PAGES) {
    expect.soft(await statusOf(page, path), path).toBe(status);
    expect.soft(await page.locator('h1').innerText(), path).toContain(heading);
    expect.soft(await faultsInEveryLook(page), path).toEqual([]);
  }
  expect(complaints).toEqual([]);
});

it('pages of one who may delete are without faults in every look, while every node can be read', async () => {
  const { url, letGo } = await startWithBuilds();
  const { page, complaints } = await open({ baseURL: url });
  await logIn(page);
  for (const path of WITH_EVERY_NODE) {
    expect.soft(await statusOf(page, path), path).toBe(200);
    expect.soft(await faultsInEveryLook(page), path).toEqual([]);
  }
  await page.goto(`${OLD}/deletion`);
  await page.getByRole('button', { name: 'Delete the artifact' }).click();
  await page.getByRole('heading', { level: 1, name: / deleted$/ }).waitFor();
  expect.soft(await faultsInEveryLook(page), 'receipt').toEqual([]);
  await page.goto('/ui/cleanup?tags=build-*');
  await confirmPlan(page);
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  expect.soft(await faultsInEveryLook(page), 'cleanup that runs').toEqual([]);
  letGo();
  await page.getByText(/Done: \d+ artifacts deleted/).waitFor();
  expect.soft(await faultsInEveryLook(page), 'cleanup that has ended').toEqual([]);
  expect(complaints).toEqual([]);
});

it('pages of failures are without faults in every look', async () => {
  const { url, startLastNode, stopLastNode } = await startDemo();
  const expectedStatuses = [404, 409, 422, 503];
  const { page, complaints } = await open({ baseURL: url, expectedStatuses });
  expect.soft(await statusOf(page, '/ui/nodes/node-3')).toBe(503);
  expect.soft(await faultsInEveryLook(page), 'a node that was never read').toEqual([]);
  await startLastNode();
  await stopLastNode();
  for (const { path, status } of FAILED) {
    expect.soft(await statusOf(page, path), path).toBe(status);
    expect.soft(await faultsInEveryLook(page), path).toEqual([]);
  }
  expect(complaints).toEqual([]);
});
