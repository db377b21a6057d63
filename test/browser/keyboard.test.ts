import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';
import { DEMO_TOKEN, phraseToType } from './visitor.ts';

const open = useChromium();

/** More than any page of the demo has. */
const MOST_STOPS = 400;

/** Presses Tab until the focus is on an element with this text or label. */
async function tabTo(page: Page, what: RegExp): Promise<void> {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return '';
      const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
      const texts = labels.map((label) => label.innerText);
      return [element.getAttribute('aria-label'), element.innerText, ...texts].join(' ').trim();
    });
    if (what.test(name)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no stop of the Tab key is ${what}`);
}

/** Goes through the page with Tab. What it does not reach, and where the focus cannot be seen. */
async function focusFaults(page: Page): Promise<string[]> {
  await page.evaluate(() => {
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    for (const element of document.querySelectorAll<HTMLElement>(all))
      if (element.checkVisibility({ visibilityProperty: true })) element.dataset['stop'] = 'missed';
  });
  const faults: string[] = [];
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate(() => {
      const element = document.activeElement;
      // After the last stop, the next one is the first.
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const previous = document.querySelector('[data-previous]');
      // A date has several stops.
      if (element === previous) return null;
      previous?.removeAttribute('data-previous');
      element.dataset['previous'] = '';
      if (element.dataset['stop'] === 'reached') return 'end';
      element.dataset['stop'] = 'reached';
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const isVisible = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      const { width, height } = element.getBoundingClientRect();
      const what = element.outerHTML.slice(0, 80);
      if (!isVisible) return `the focus cannot be seen: ${what}`;
      return width < 1 || height < 1 ? `the focus is on nothing: ${what}` : null;
    });
    if (fault === 'end') break;
    if (fault !== null) faults.push(fault);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll('[data-stop=missed]')].map((one) => one.outerHTML.slice(0, 80)),
  );
  return [...faults, ...missed.map((what) => `Tab does not reach ${what}`)];
}

it('the first stop of the Tab key leads to the content', async () => {
  const { url } = await startDemo();
  const { page } = await open({ baseURL: url });
  await page.goto('/ui/harbor');

  await page.keyboard.press('Tab');
  const link = page.getByRole('link', { name: 'Skip to the content' });
  const box = await link.boundingBox();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');

  expect(box?.y).toBeGreaterThanOrEqual(0);
  const isInside = () => document.activeElement?.closest('main') !== null;
  expect(await page.evaluate(isInside)).toBe(true);
});

it('Tab reaches everything that can be used, and the focus can be seen', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url, expectedStatuses: [404, 409] });
  for (const { path } of PAGES) {
    await page.goto(path);
    expect.soft(await focusFaults(page), path).toEqual([]);
  }
  expect(complaints).toEqual([]);
});

it('a list is found, filtered and unfolded with the keyboard', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui');

  await tabTo(page, /^Harbor$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Harbor' }).waitFor();
  await tabTo(page, /Search|Project/);
  await page.keyboard.type('platf');
  await page.keyboard.press('Enter');
  await tabTo(page, /^platform$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'platform' }).waitFor();
  await tabTo(page, /^apps\/web\/frontend$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'frontend' }).waitFor();
  const unfolded = page.locator('main details[open]');
  const before = await unfolded.count();
  await tabTo(page, /^2 platforms/);
  await page.keyboard.press('Enter');

  expect(await unfolded.count()).toBe(before + 1);
  expect(complaints).toEqual([]);
});

it('a cleanup is planned and applied with the keyboard', async () => {
  const { url, startLastNode, standIn } = await startDemo();
  await startLastNode();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui');

  await tabTo(page, /^Log in$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
  await tabTo(page, /Token/);
  await page.keyboard.type(DEMO_TOKEN);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Log out' }).waitFor();
  await tabTo(page, /^Cleanup$/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Cleanup' }).waitFor();
  await tabTo(page, /^nightly$/);
  await page.keyboard.press('Enter');
  const phrase = await phraseToType(page);
  await tabTo(page, /to confirm/);
  await page.keyboard.type(phrase);
  await tabTo(page, /^Delete/);
  await page.keyboard.press('Enter');

  await page.getByText(/Done: \d+ artifacts? deleted/).waitFor();
  expect(standIn?.deletions.length).toBeGreaterThan(0);
  expect(complaints).toEqual([]);
});

it('a deletion is found in the journal and unfolded with the keyboard', async () => {
  const { url } = await startDemo();
  const { page, complaints } = await open({ baseURL: url });
  await page.goto('/ui/journal');

  await tabTo(page, /^Image, digest, reason/);
  await page.keyboard.type('vulnerable');
  await page.locator('.count').getByText('1 to 1 of 1').waitFor();
  await tabTo(page, /^Details/);
  await page.keyboard.press('Enter');

  await page.getByText('yes, although a container used it').waitFor();
  expect(complaints).toEqual([]);
});
