/** Takes the pictures of docs/: `npm run screenshots`, with the fonts of Debian's package fonts-dejavu-core. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { demoRegistry } from '../../demo/registry.ts';
import { type DemoOptions, startDemo } from '../support/demo.ts';
import { PAGES } from '../support/pages.ts';
import { useChromium } from './chromium.ts';
import { logIn } from './visitor.ts';

const open = useChromium();

/** Repositories, the number of their builds, and the megabytes of each, for a plan that is worth a picture. */
const BUILDS = [
  ['platform', 'apps/web/frontend', 9, 61],
  ['platform', 'apps/web/api', 7, 118],
  ['platform', 'apps/worker', 5, 94],
  ['data', 'etl/nightly', 4, 412],
  ['data', 'jobs/backup', 3, 23],
  ['library', 'toolbox', 5, 40],
] as const;

const SHOWN = { width: 1280, height: 800 };
/** The links that htmx replaces by counts. */
const LATER = /^(Compare its images with Harbor|show them)$/;

/** Texts that differ from run to run. Times of the demo's own data are fixed already: they are of 2026-01-12. */
const CHANGING: readonly (readonly [pattern: string, text: string])[] = [
  ['\\b(?!2026-01-12)20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d(:\\d\\d)?', '2026-11-02 09:30'],
  ['\\bjust now\\b', '2 s ago'],
  ['\\b\\d+(\\.\\d+)? (ms|milliseconds?|s|seconds?|minutes?)\\b', '2 s'],
  ['[\\da-f]{8}(-[\\da-f]{4}){3}-[\\da-f]{12}', '0f8fad5b-d9cb-469f-a165-70867728950e'],
  ['127\\.0\\.0\\.1:\\d+', '192.0.2.7:8088'],
];

/** A page of the size of the pictures. Playwright adds a style element, which the CSP forbids. */
async function openDemo(options: DemoOptions = {}) {
  const demo = await startDemo(options);
  const { page } = await open({ baseURL: demo.url, bypassCSP: true, viewport: SHOWN });
  return { ...demo, page };
}

/** Opens a page, waits for what it loads later, and writes its picture. */
async function picture(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path);
  const later = page.locator('#drift-lost, .node-drift').getByText(LATER);
  await expect.poll(() => later.count()).toBe(0);
  await page.evaluate((changing) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode } = walker;
      for (const [pattern, text] of changing)
        currentNode.nodeValue =
          currentNode.nodeValue?.replace(new RegExp(pattern, 'g'), text) ?? null;
    }
  }, CHANGING);
  const file = new URL(`../../docs/images/${name}.png`, import.meta.url).pathname;
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
}

describe('the pictures of docs/', () => {
  const shown = PAGES.filter(({ name }) =>
    ['nodes', 'compare', 'drift', 'artifact'].includes(name),
  );

  it.each(shown)('$name', async ({ name, path }) => {
    const { page } = await openDemo();
    await picture(page, path, name);
  });

  it('nodes in the dark', async () => {
    const { page } = await openDemo();
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture(page, '/ui', 'nodes-dark');
  });

  it('the plan of a cleanup', async () => {
    const registry = demoRegistry();
    for (const [project, name, count, megabytes] of BUILDS)
      for (let build = 1; build <= count; build += 1)
        registry.push(project, name, {
          tags: [`build-${build}`],
          sizeBytes: megabytes * 1_000_000,
        });
    const { page, startLastNode } = await openDemo({ harbor: { registry } });
    await startLastNode();
    await logIn(page);
    await picture(page, '/ui/cleanup?tags=build-*&keep_newest=1', 'cleanup-plan');
  });
});
