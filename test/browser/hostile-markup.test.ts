import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { HOSTILE_PATHS, HOSTILITIES, hostileService } from '../support/hostile.ts';
import { useChromium } from './chromium.ts';
import { logIn } from './visitor.ts';

const open = useChromium();

/** Elements that only the markup of an upstream can have made, and links that run a script. */
function foreignElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const selector = `.hacked, [onerror], script:not([src^="/ui/assets/"]), [href^="javascript:" i],
      [action^="javascript:" i], [src^="javascript:" i], [href^="//"]`;
    return [...document.querySelectorAll(selector)].map(({ outerHTML }) => outerHTML);
  });
}

it.each(HOSTILITIES)(
  'hostile %s of upstreams run nothing and add no element',
  async (hostility) => {
    const service = hostileService(hostility);
    const { url } = await service.listen();
    const { page, complaints } = await open({
      baseURL: url,
      expectedStatuses: [400, 401, 403, 404, 409, 422, 500, 502, 503, 504],
    });
    await page.addInitScript(() => {
      (window as unknown as { hacked(): void }).hacked = () => window.alert('hacked');
    });
    await logIn(page, service.token);
    const found: string[] = [];
    for (const path of HOSTILE_PATHS) {
      await page.goto(path);
      found.push(...(await foreignElements(page)).map((element) => `${path}: ${element}`));
    }
    expect.soft(found).toEqual([]);
    expect(complaints).toEqual([]);
  },
);
