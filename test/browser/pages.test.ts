import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { accessibilityFaults } from './axe.ts';
import { PHONE, useChromium, WIDE } from './chromium.ts';

const open = useChromium();

const LOOKS = [
  { look: 'light and wide', viewport: WIDE, colorScheme: 'light' },
  { look: 'dark and wide', viewport: WIDE, colorScheme: 'dark' },
  { look: 'light on a phone', viewport: PHONE, colorScheme: 'light' },
  { look: 'dark on a phone', viewport: PHONE, colorScheme: 'dark' },
] as const;

it.each(PAGES)('$path is without faults, light and dark, wide and on a phone', async (one) => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, expectedStatuses: [one.status ?? 200] });
  const faults: string[] = [];
  for (const { look, viewport, colorScheme } of LOOKS) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.goto(one.path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) faults.push(`${look}: ${width} px wide`);
    faults.push(...(await accessibilityFaults(page)).map((fault) => `${look}: ${fault}`));
  }
  expect.soft(await page.locator('h1').innerText()).toContain(one.heading);
  expect.soft(faults).toEqual([]);
  expect(complaints).toEqual([]);
});
