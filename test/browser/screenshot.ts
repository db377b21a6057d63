/**
 * Compares what a page looks like with a committed image. `UPDATE_SCREENSHOTS=1 npm run test:browser` writes the
 * images anew. An image that differs is left in test/browser/differences/ with what differs.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import pixelmatch from 'pixelmatch';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { expect } from 'vitest';
import { freeze } from './freeze.ts';

/** The fonts of the committed images, of Debian's package fonts-dejavu-core. */
const FONTS = 'DejaVu Sans, DejaVu Sans Mono';
/** Another version of Chromium draws some edges otherwise. */
const MOST_DIFFERENT_SHARE = 0.002;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIFFERENCES = `${ROOT}test/browser/differences`;

/** @param file its path from the root of the project */
export async function expectScreenshot(page: Page, file: string): Promise<void> {
  await freeze(page);
  const taken = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  const path = ROOT + file;
  if (process.env['UPDATE_SCREENSHOTS'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    if (!existsSync(path) || differs(taken, readFileSync(path)) !== null)
      writeFileSync(path, smaller(taken));
    return;
  }
  const difference = existsSync(path) ? differs(taken, readFileSync(path)) : 'does not exist';
  const kept = `${DIFFERENCES}/${basename(file)}`;
  rmSync(kept, { force: true });
  if (difference !== null) {
    mkdirSync(DIFFERENCES, { recursive: true });
    writeFileSync(kept, taken);
  }
  const how = `Look at ${kept}. If it is right, UPDATE_SCREENSHOTS=1 npm run test:browser`;
  expect.soft(difference, `${file}. ${how}`).toBeNull();
}

/** Why this machine cannot compare images; null if it can. */
export async function otherFonts(page: Page): Promise<string | null> {
  await page.setContent('<p>text <code>code</code></p>');
  await page.addStyleTag({
    content: 'p { font-family: system-ui } code { font-family: monospace }',
  });
  const session = await page.context().newCDPSession(page);
  await session.send('DOM.enable');
  await session.send('CSS.enable');
  const { root } = await session.send('DOM.getDocument');
  const used: string[] = [];
  for (const selector of ['p', 'code']) {
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector });
    const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
    used.push(...fonts.map(({ familyName }) => familyName));
  }
  await session.detach();
  const found = [...new Set(used)].toSorted().join(', ');
  return found === FONTS ? null : `the fonts are ${found}, those of the images ${FONTS}`;
}

/** How much two images differ; null if hardly. */
function differs(taken: Buffer, committed: Buffer): string | null {
  const [a, b] = [PNG.sync.read(taken), PNG.sync.read(committed)];
  const { width, height } = b;
  if (a.width !== width || a.height !== height)
    return `is ${width}×${height}, and the page ${a.width}×${a.height}`;
  const count = pixelmatch(a.data, b.data, null, width, height, { threshold: 0.2 });
  return count / (width * height) > MOST_DIFFERENT_SHARE ? `${count} pixels differ` : null;
}

/** Without the alpha channel, and in fewer shades, of which nobody sees the difference: half of the bytes. */
function smaller(taken: Buffer): Buffer {
  const image = PNG.sync.read(taken);
  for (const [index, value] of image.data.entries())
    if (index % 4 !== 3 && value < 252) image.data[index] = value < 4 ? 0 : (value & 0xf8) | 4;
  const options = { colorType: 2, deflateLevel: 9, deflateStrategy: 0, filterType: 0 } as const;
  return PNG.sync.write(image, options);
}
