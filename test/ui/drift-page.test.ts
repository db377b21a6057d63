import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { digest, HARBOR, NGINX, NODES, SYNCED } from '../support/drifted-images.ts';
import { proseOf } from '../support/html.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

interface Setup {
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
  readonly config?: Record<string, Record<string, unknown>>;
}

function pageOver({ nodes = NODES, harbor = {}, config = {} }: Setup = {}) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [{ digest: digest('1'), tags: ['v1'] }],
          api: [
            { digest: digest('6'), tags: ['v1'] },
            { digest: digest('5'), tags: [] },
          ],
        },
      },
    ],
  });
  const { get } = createService({
    harbor: { registry, ...harbor },
    nodes: nodesOf(nodes),
    config: {
      ...config,
      harbor_config: { harbor_username: 'admin', harbor_password: 'secret' },
    },
  });
  return async (path = '/ui/drift') => {
    const res = await get(path, { headers: { accept: 'text/html' } });
    const html = await res.text();
    const text = proseOf(html);
    return { res, html, text };
  };
}

const headingsOf = (html: string) => (html.match(/<h2>.*?<\/h2>/g) ?? []).map(proseOf);
const imagesOf = (html: string) => (html.match(/<summary>.*?<\/summary>/gs) ?? []).map(proseOf);

describe('GET /ui/drift', () => {
  it('says first which running image would be lost with its node', async () => {
    const { res, html, text } = await pageOver()();
    expect(res.status).toBe(200);
    expect(text).toContain(
      '1 running image would be lost with its node: Harbor no longer has it. ' +
        `${HARBOR}/shop/web:v0, only on node-1, used by shop/web-a (container app, running)`,
    );
    expect(html).toContain('href="/ui/drift?running=true&amp;status=gone"');
  });

  it('groups the images by status, running ones first, and those that have not drifted last', async () => {
    const { html } = await pageOver()();
    expect(headingsOf(html)).toEqual([
      'Gone, running (1)',
      'Tag moved, not running (1)',
      'Foreign (1)',
      'In sync (1)',
    ]);
    expect(imagesOf(html)).toEqual([
      `Gone Running ${HARBOR}/shop/web:v0 on node-1`,
      `Tag moved ${HARBOR}/shop/api:v1 on node-2`,
      'Foreign docker.io/library/nginx:1 on node-1',
      `In sync ${HARBOR}/shop/web:v1 on 2 nodes`,
    ]);
  });

  it('says of each status what it means and what to do', async () => {
    const { text } = await pageOver()();
    expect(text).toContain(
      'Harbor no longer has the image, so no node can pull it again. What to do: Push the image',
    );
  });

  it('unfolds an image to its digests, nodes and containers', async () => {
    const { html, text } = await pageOver()('/ui/drift?status=tag_moved');
    expect(text).toContain(`In Harbor, the tag now refers to ${digest('6')}.`);
    expect(text).toContain('shop/api-b (container app, exited) on node-2');
    expect(html).toContain(`data-copy="${digest('5')}"`);
    expect(html).toContain('<a href="/ui/nodes/node-2">node-2</a>');
    expect(html).toContain(`href="/ui/artifacts/shop/api/${digest('6')}"`);
    expect(html).toContain('<details class="drift-image" open="">');
  });

  it.each([
    ['?status=gone', [`${HARBOR}/shop/web:v0`]],
    ['?running=true', [`${HARBOR}/shop/web:v0`]],
    ['?node=node-2&status=in_sync', [`${HARBOR}/shop/web:v1`]],
    ['?namespace=shop&running=false', [`${HARBOR}/shop/api:v1`]],
    ['?q=NGINX', ['docker.io/library/nginx:1']],
    ['?sort=repository&page_size=1', ['docker.io/library/nginx:1']],
    ['?status=&running=&node=&namespace=&q=api', [`${HARBOR}/shop/api:v1`]],
  ])('filters by %s as the API does', async (query, names) => {
    const { html } = await pageOver()(`/ui/drift${query}`);
    const images = imagesOf(html);
    expect(images).toHaveLength(names.length);
    expect(images.join('\n')).toContain(names.join('\n'));
  });

  it('counts the statuses of what the other filters find', async () => {
    const { html } = await pageOver()('/ui/drift?running=false&status=in_sync');
    const [choices = ''] = html.match(/<nav class="choices".*?<\/nav>/s) ?? [];
    expect(proseOf(choices)).toBe(
      '3 All 0 Gone 1 Tag moved 0 Untagged 0 Unknown 1 Foreign 1 In sync',
    );
    expect(choices).toContain('status=in_sync" aria-current="true"');
  });

  it('says that nothing has drifted', async () => {
    const page = pageOver({ nodes: { 'node-1': { images: [SYNCED, NGINX] } } });
    expect((await page()).text).toContain('Nothing has drifted.');
    const { text } = await page('/ui/drift?status=gone');
    expect(text).toContain('Nothing has drifted. Show all images');
  });

  it('says which node could not be read, and does not call the rest complete', async () => {
    const nodes = { 'node-1': { images: [SYNCED] }, 'node-2': unreachable('node-2') };
    const { text } = await pageOver({ nodes })();
    expect(text).toContain('The bridge of node-2 refused the connection.');
    expect(text).toContain('but not everything could be compared');
    expect(text).not.toContain('Nothing has drifted');
  });

  it('says that no image could be compared if no node could be read', async () => {
    const { text } = await pageOver({ nodes: { 'node-1': unreachable('node-1') } })();
    expect(text).toContain('No image could be compared');
  });

  it('shows why Harbor did not answer for an image, which is unknown and may be lost', async () => {
    const { html, text } = await pageOver({
      harbor: {
        faults: ({ path }) =>
          path.includes('/repositories/web/')
            ? { answer: apiError(403, 'FORBIDDEN', 'forbidden <b>here</b>') }
            : undefined,
      },
    })();
    expect(text).toContain(
      'Some images could not be compared with Harbor, so their status is unknown.',
    );
    expect(text).toContain('1 running image could not be compared, and may be lost too.');
    expect(headingsOf(html)[0]).toBe('Unknown, running (1)');
    expect(html).not.toContain('<b>');
  });
});
