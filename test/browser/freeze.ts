/** Makes texts that differ from run to run the same in each. */
import type { Page } from 'playwright-core';

/** Times of the demo's own data are fixed already: they are of 2026-01-12. */
const CHANGING: readonly (readonly [pattern: string, text: string])[] = [
  ['\\b(?!2026-01-12)20\\d\\d-\\d\\d-\\d\\d \\d\\d:\\d\\d(:\\d\\d)?', '2026-11-02 09:30'],
  ['\\bjust now\\b', '2 s ago'],
  ['\\b\\d+(\\.\\d+)? (ms|milliseconds?|s|seconds?|minutes?)\\b', '2 s'],
  [
    '[\\da-f]{8}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{4}-[\\da-f]{12}',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
  ],
  ['127\\.0\\.0\\.1:\\d+', '192.0.2.7:8088'],
];

export async function freeze(page: Page): Promise<void> {
  await page.evaluate((changing) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { currentNode } = walker;
      let text = currentNode.nodeValue ?? '';
      for (const [pattern, frozen] of changing)
        text = text.replace(new RegExp(pattern, 'g'), frozen);
      if (text !== currentNode.nodeValue) currentNode.nodeValue = text;
    }
  }, CHANGING);
}
