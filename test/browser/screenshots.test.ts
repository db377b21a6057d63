import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { demoRegistry } from '../../demo/registry.ts';
import { type DemoOptions, startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { PHONE, useChromium } from './chromium.ts';
import { expectScreenshot, otherFonts } from './screenshot.ts';
import { logIn } from './visitor.ts';

const open = useChromium();

/** Repositories, the number of their builds, and the megabytes of each, for a plan that is worth a picture. */
const BUILDS = [
  ['platform/apps/web/frontend', 9, 61],
  ['platform/apps/web/api', 7, 118],
  ['platform/apps/worker', 5, 94],
  ['data/etl/nightly', 4, 412],
  ['data/jobs/backup', 3, 23],
  ['library/toolbox', 5, 40],
] as const;

/** Those that docs/ shows are there; the others are only compared. */
const DOCS = 'docs/images';
const OTHERS = 'test/browser/screenshots';
const IN_DOCS = ['nodes', 'compare', 'drift', 'artifact'];
/** Not every page, so that the images stay small. */
const COMPARED = [...IN_DOCS, 'images', 'repository', 'deletion-plan', 'journal', 'login'];
const ON_PHONE = ['nodes', 'compare', 'artifact'];
const SHOWN = { width: 1280, height: 800 };

/** A page for screenshots, with every node. Playwright adds a style element, which the CSP forbids. */
async function openForScreenshots(options: DemoOptions & { readonly isWhole?: boolean } = {}) {
  const demo = await startDemo(options);
  if (options.isWhole) await demo.startLastNode();
  const { page } = await open({ baseURL: demo.url, bypassCSP: true, expectedStatuses: [404, 409] });
  return { page, reason: await otherFonts(page) };
}

it('pages look as committed', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize(SHOWN);
  for (const { name, path } of PAGES.filter((one) => COMPARED.includes(one.name))) {
    await show(page, path);
    await expectScreenshot(page, `${IN_DOCS.includes(name) ? DOCS : OTHERS}/${name}.png`);
  }
});

it('pages look as committed in the dark', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize(SHOWN);
  await page.emulateMedia({ colorScheme: 'dark' });
  await show(page, '/ui');
  await expectScreenshot(page, `${DOCS}/nodes-dark.png`);
});

it('pages look as committed on a phone', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize(PHONE);
  for (const { name, path } of PAGES.filter((one) => ON_PHONE.includes(one.name))) {
    await show(page, path);
    await expectScreenshot(page, `${OTHERS}/${name}-phone.png`);
  }
});

it('pages look as committed on paper', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(SHOWN);
  await show(page, '/ui/drift');
  await expectScreenshot(page, `${OTHERS}/drift-print.png`);
});

it('a plan looks as committed', async ({ skip }) => {
  const registry = demoRegistry();
  for (const [repository, count, megabytes] of BUILDS) {
    const [project = '', name = ''] = repository.split(/\/(.*)/s);
    for (let build = 1; build <= count; build += 1)
      registry.push(project, name, { tags: [`build-${build}`], sizeBytes: megabytes * 1_000_000 });
  }
  const { page, reason } = await openForScreenshots({ harbor: { registry }, isWhole: true });
  skipWithoutFonts(reason, skip);
  await page.setViewportSize(SHOWN);
  await logIn(page);
  await show(page, '/ui/cleanup?tags=build-*&keep_newest=1');
  await expectScreenshot(page, `${DOCS}/cleanup-plan.png`);
});

/** The links that htmx replaces by counts. */
const LATER = /^(Compare its images with Harbor|show them)$/;

/** Opens a page, and waits for what it loads later. */
async function show(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect
    .poll(() => page.locator('#drift-lost, .node-drift').getByText(LATER).count())
    .toBe(0);
}

/** In CI, where `.ci/run` installs the fonts, other fonts are a failure. */
function skipWithoutFonts(reason: string | null, skip: (note: string) => never): void {
  if (process.env['CI'] !== undefined) expect(reason).toBeNull();
  else if (reason !== null) skip(reason);
}
