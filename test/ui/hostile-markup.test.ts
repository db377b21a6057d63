import { describe, expect, it } from 'vitest';
import { HOSTILE_PATHS, HOSTILE_QUERIES, HOSTILITIES, hostileService } from '../support/hostile.ts';

const HTML = { headers: { accept: 'text/html', 'x-request-id': 'hostile' } };

/** Shown as they are, they would hide or reorder a name. */
const MISLEADING = /[^\t\n\P{Cc}]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What the markup would be if it were not escaped. */
const AS_ELEMENT = /<img|class=hacked>|<script(?! src="\/ui\/assets\/)/;
const AS_LINK = /(?:href|src|action|formaction|hx-[\w-]+)="\s*(?:javascript:|\/\/)/i;

describe.each(HOSTILITIES)('upstreams with hostile %s', (hostility) => {
  it('put no element and no script URL into any page', async () => {
    const { get } = hostileService(hostility);
    const pages = await Promise.all(
      [...HOSTILE_PATHS, ...HOSTILE_QUERIES].map(async (path) => ({
        path,
        html: await (await get(path, HTML)).text(),
      })),
    );

    const dangerous = pages.filter(({ html }) => AS_ELEMENT.test(html) || AS_LINK.test(html));
    expect(dangerous.map(({ path }) => path)).toEqual([]);
    const misleading = pages.filter(({ html }) => MISLEADING.test(html));
    expect(misleading.map(({ path }) => path)).toEqual([]);
    expect(pages.filter(({ html }) => html.includes('\\u202e')).length).toBeGreaterThan(3);
    expect(pages.filter(({ html }) => !html.startsWith('<!doctype html>'))).toEqual([]);
    expect(pages.filter(({ html }) => /hacked\(\)/.test(html)).length).toBeGreaterThan(3);
  });
});
