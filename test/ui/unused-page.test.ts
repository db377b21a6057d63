import { describe, expect, it } from 'vitest';
import { apiError, INTERNAL_ERROR } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import {
  artifactsWith,
  BYSTANDER,
  type CleanupOptions,
  createCleanupService,
  digestOf,
  pulled,
  READ,
} from '../support/cleanup.ts';
import { unreachable } from '../support/nodes.ts';
import { browserOf } from '../support/visitor.ts';

const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], []);

/** A service in which a node has v1, and a reader. */
async function unused(options: Partial<CleanupOptions> = {}) {
  const nodes = { 'node-1': { images: [BYSTANDER, pulled(1)] } };
  const service = createCleanupService({ artifacts: FOUR, nodes, ...options });
  const browser = browserOf(service.get);
  await browser.logIn(READ);
  return browser;
}

describe('GET /ui/unused', () => {
  it('lists what no node holds, largest first, with its sum, and links to each and its deletion', async () => {
    const { open } = await unused();
    const { status, html, text } = await open('/ui/unused');

    expect(status).toBe(200);
    expect(text).toContain('Unused artifacts 3');
    expect(text).toContain('Total size 9kB');
    expect(text).toMatch(/shop\/web no tag .* shop\/web v3 .* shop\/web v2 /);
    expect(html).toContain(`href="/ui/artifacts/shop/web/${digestOf(2)}"`);
    expect(html).toContain(`href="/ui/artifacts/shop/web/${digestOf(2)}/deletion"`);
    expect(html).not.toContain(digestOf(1));
  });

  it('marks what Harbor would not delete, and says how much that is', async () => {
    const { open } = await unused({ project: { immutableTags: ['v3'] } });
    const { text } = await open('/ui/unused');

    expect(text).toContain('Harbor keeps 1 (3kB)');
    expect(text).toContain('Unused does not always mean deletable');
    expect(text).toMatch(/v3 .* immutable See why .* v2 .* Delete…/);
  });

  it('says that nothing is deletable while Harbor cannot read its rules', async () => {
    const faults: Faults = ({ path }) =>
      path.includes('/immutabletagrules') ? { answer: INTERNAL_ERROR } : undefined;
    const { open } = await unused({ faults });
    const { text } = await open('/ui/unused');

    expect(text).toContain('Harbor cannot read its rules of immutable tags.');
    expect(text).toMatch(/v3 .* rules unread See why/);
    expect(text).not.toContain('Delete…');
  });

  it.each([
    ['q=v2', 'Total size 2kB'],
    ['sort=push_time&q=', '1 to 3 of 3'],
    ['page=2&page_size=2', '3 to 3 of 3'],
    ['older_than=1d&project=', 'Unused artifacts 2'],
    ['q=nothing', 'No unused artifact matches.'],
  ])('takes the filters of the API: %s', async (query, shown) => {
    const { open } = await unused();
    expect((await open(`/ui/unused?${query}`)).text).toContain(shown);
  });

  it('refuses a filter that it does not know, and an age that is none', async () => {
    const { open } = await unused();
    const [unknown, age] = [await open('/ui/unused?age=3d'), await open('/ui/unused?older_than=3')];

    expect([unknown.status, age.status]).toEqual([422, 422]);
    expect(age.text).toContain('expected a duration such as 45m');
  });

  it('says how many are left out while Harbor does not provide the manifests', async () => {
    const { open } = await unused({
      faults: ({ path }) =>
        path.startsWith('/v2/')
          ? { answer: apiError(401, 'UNAUTHORIZED', 'unauthorized') }
          : undefined,
    });
    const { text } = await open('/ui/unused');

    expect(text).toContain('Left out: 3, because a node may hold them.');
    expect(text).toContain('No artifact is unused.');
  });

  it('says that nothing is unused', async () => {
    const { open } = await unused({ artifacts: [] });
    expect((await open('/ui/unused')).text).toContain('No artifact is unused.');
  });

  it('shows what Harbor said when a list cannot be completed', async () => {
    const answer = apiError(500, 'UNKNOWN', 'internal server error');
    const { status, text } = await (await unused({ faults: () => ({ answer }) })).open(
      '/ui/unused',
    );
    expect(status).toBe(502);
    expect(text).toContain('harbor_error');
  });
});

describe('while a node cannot be read', () => {
  const nodes = {
    'node-1': { images: [BYSTANDER] },
    '<b>node-2</b>': unreachable('<b>node-2</b>'),
  };

  it('it names the node, and offers the list all the same, with what that means', async () => {
    const { open } = await unused({ nodes });
    const { status, html, text } = await open('/ui/unused?q=web');

    expect(status).toBe(409);
    expect(text).toContain('What is unused is unknown');
    expect(html.match(/<section class="notice/g)).toHaveLength(1);
    expect(text).toContain('<b>node-2</b>');
    expect(html).not.toContain('<b>');
    expect(html).toContain('href="/ui/unused?q=web&amp;allow_partial=true"');
    expect(text).toContain('it then also contains what only an unreadable node has');
    expect(html).toMatch(/name="q" value="web"/);
  });

  it('the list all the same says that it may be wrong', async () => {
    const { open } = await unused({ nodes });
    const { status, text } = await open('/ui/unused?allow_partial=true');

    expect(status).toBe(200);
    expect(text).toContain('Artifacts in this list may be in use.');
    expect(text).toContain('This page may be incomplete');
    expect(text).toContain('Unused artifacts 4');
  });
});
