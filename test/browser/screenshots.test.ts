import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { PHONE, useChromium } from './chromium.ts';
import { expectScreenshot, otherFonts } from './screenshot.ts';

const open = useChromium();

/** Those that docs/ shows are there; the others are only compared. */
const DOCS = 'docs/images';
const OTHERS = 'test/browser/screenshots';
const IN_DOCS = ['nodes', 'compare', 'drift', 'artifact'];
const ON_PHONE = ['nodes', 'images', 'compare', 'artifact', 'drift'];

/** A page for screenshots. Playwright adds a style element, which the CSP forbids. */
async function openForScreenshots(): Promise<{ page: Page; reason: string | null }> {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url, bypassCSP: true, expectedStatuses: [404] });
  return { page, reason: await otherFonts(page) };
}

it('pages look as committed', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const { name, path } of PAGES) {
    await page.goto(path);
    await expectScreenshot(page, `${IN_DOCS.includes(name) ? DOCS : OTHERS}/${name}.png`);
  }
});

it('pages look as committed in the dark', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/ui');
  await expectScreenshot(page, `${DOCS}/nodes-dark.png`);
});

it('pages look as committed on a phone', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.setViewportSize(PHONE);
  for (const { name, path } of PAGES.filter((one) => ON_PHONE.includes(one.name))) {
    await page.goto(path);
    await expectScreenshot(page, `${OTHERS}/${name}-phone.png`);
  }
});

it('pages look as committed on paper', async ({ skip }) => {
  const { page, reason } = await openForScreenshots();
  skipWithoutFonts(reason, skip);
  await page.emulateMedia({ media: 'print' });
  await page.goto('/ui/drift');
  await expectScreenshot(page, `${OTHERS}/drift-print.png`);
});

/** In CI, where `.ci/run` installs the fonts, other fonts are a failure. */
function skipWithoutFonts(reason: string | null, skip: (note: string) => never): void {
  if (process.env['CI'] !== undefined) expect(reason).toBeNull();
  else if (reason !== null) skip(reason);
}
