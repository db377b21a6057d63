/** The looks that every page has, and what is wrong with a page in one of them. */
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './axe.ts';
import { PHONE, WIDE } from './chromium.ts';

export const LOOKS = [
  { look: 'light and wide', viewport: WIDE, colorScheme: 'light' },
  { look: 'dark and wide', viewport: WIDE, colorScheme: 'dark' },
  { look: 'light on a phone', viewport: PHONE, colorScheme: 'light' },
  { look: 'dark on a phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

/** What axe-core finds, and whether the page is wider than the window. */
export async function faultsOf(page: Page): Promise<string[]> {
  const { scrollWidth, innerWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    innerWidth: window.innerWidth,
  }));
  const faults = await accessibilityFaults(page);
  return scrollWidth > innerWidth ? [`it is ${scrollWidth} px wide`, ...faults] : faults;
}
