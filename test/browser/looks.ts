/** What is wrong with a page in each of its looks. */
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './axe.ts';
import { PHONE, WIDE } from './chromium.ts';

const LOOKS = [
  { look: 'light and wide', viewport: WIDE, colorScheme: 'light' },
  { look: 'dark and wide', viewport: WIDE, colorScheme: 'dark' },
  { look: 'light on a phone', viewport: PHONE, colorScheme: 'light' },
  { look: 'dark on a phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

/** What axe-core finds, and whether the page is wider than the window. */
export async function faultsInEveryLook(page: Page): Promise<string[]> {
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
