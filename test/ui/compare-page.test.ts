import { describe, expect, it } from 'vitest';
import { imageRow } from '../support/host-rows.ts';
import { proseOf, tableOf } from '../support/html.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const hex = (digit: string) => digit.repeat(64);
const WEB = 'harbor.example.test/shop/web';

/** An image; its id is that of its digest. */
const image = (name: string, digit: string) =>
  imageRow({
    id: hex(digit),
    repo_tags: [name],
    repo_digests: [`${name.replace(/:\w+$/, '')}@sha256:${hex(digit)}`],
    size_bytes: 20_000_000,
  });
const web = image(`${WEB}:v1`, 'a');
const otherWeb = image(`${WEB}:v1`, 'b');
const api = image('harbor.example.test/shop/api:v1', 'c');
const worker = image('harbor.example.test/shop/worker:v2', 'd');
const tool = image('docker.io/library/tool:1', 'e');

const NODES: NodesByName = {
  'node-1': { images: [web, api, worker, tool] },
  'node-2': { images: [otherWeb, api] },
  'node-3': { stale: { images: [web, api, worker] } },
  'node-4': unreachable('node-4'),
};

function pageOver(byName: NodesByName, config = {}) {
  const { get } = createService({
    nodes: nodesOf(byName),
    config: { harbor_config: { registry_aliases: ['harbor.example.test'] }, ...config },
  });
  return async (path = '/ui/compare') => {
    const res = await get(path, { headers: { accept: 'text/html' } });
    return { res, html: await res.text() };
  };
}

/** The rows of the matrix: the name of the image, and its cells. */
const matrixOf = (html: string) =>
  tableOf(html)
    .slice(2)
    .map(([head = '', ...cells]) => [head.split(/[\s]/)[0], cells.join('')]);

describe('GET /ui/compare', () => {
  it('shows which node has which image, what differs first', async () => {
    const { res, html } = await pageOver(NODES)();
    expect(res.status).toBe(200);
    expect(matrixOf(html)).toEqual([
      [`${WEB}:v1`, '✓≠✓?'],
      [`${WEB}:v1`, '≠✓≠?'],
      ['harbor.example.test/shop/worker:v2', '✓–✓?'],
      ['docker.io/library/tool:1', '✓––?'],
      ['harbor.example.test/shop/api:v1', '✓✓✓?'],
    ]);
  });

  it('names the node that lacks what the others have, and counts it in the head', async () => {
    const { html } = await pageOver(NODES)();
    expect(proseOf(html)).toContain(
      'Nodes that lack what most of the others have: node-2 (2 images)',
    );
    expect(tableOf(html)[1]).toEqual([
      'Lacks what most others have, of all images',
      '0',
      '2',
      '0',
      '?',
    ]);
    expect(html).toContain('href="/ui/compare?lacks=node-2"');
  });

  it('shows only what a node lacks', async () => {
    const { html } = await pageOver(NODES)('/ui/compare?lacks=node-2');
    expect(matrixOf(html)).toEqual([
      [`${WEB}:v1`, '✓≠✓?'],
      ['harbor.example.test/shop/worker:v2', '✓–✓?'],
    ]);
  });

  it('marks a node that cannot be read as unknown, says why, and never calls its images missing', async () => {
    const { html } = await pageOver(NODES)();
    expect(tableOf(html)[0]).toEqual([
      'Image',
      'node-1',
      'node-2',
      'node-3 (stale)',
      'node-4 (unreadable)',
    ]);
    expect(proseOf(html)).toContain('The bridge of node-4 refused the connection.');
    const { html: lacking } = await pageOver(NODES)('/ui/compare?lacks=node-4');
    expect(proseOf(lacking)).toContain('What node-4 lacks is unknown.');
  });

  it.each([
    ['skew', 2],
    ['partial', 2],
    ['single', 2],
    ['common', 1],
  ])('shows the images of the kind %s, and counts them', async (kind, count) => {
    const { html } = await pageOver(NODES)(`/ui/compare?kind=${kind}`);
    expect(matrixOf(html)).toHaveLength(count);
    expect(html).toMatch(new RegExp(`kind=${kind}" aria-current="true"><strong>${count}</strong>`));
  });

  it('searches and slices as the API does', async () => {
    const page = pageOver(NODES);
    expect(matrixOf((await page('/ui/compare?q=WORKER')).html)).toHaveLength(1);
    const { html } = await page('/ui/compare?page=2&page_size=2');
    expect(proseOf(html)).toContain('3 to 4 of 5');
    expect(matrixOf(html)).toHaveLength(2);
  });

  it('links an image of Harbor to its artifact by digest, and no other', async () => {
    const { html } = await pageOver(NODES)();
    expect(html).toContain(`href="/ui/artifacts/shop/worker/sha256:${hex('d')}"`);
    expect(html).not.toContain('/ui/artifacts/library');
  });

  it('says that one node cannot be compared', async () => {
    const { html } = await pageOver({ 'node-1': { images: [api] } })();
    expect(proseOf(html)).toContain('There is only one node, so there is nothing to compare.');
    expect(matrixOf(html)).toEqual([['harbor.example.test/shop/api:v1', '✓']]);
  });

  it('says that no node could be read, instead of showing nothing', async () => {
    const { html } = await pageOver({ 'node-1': unreachable('node-1') })();
    expect(proseOf(html)).toContain('No node could be read');
    expect(html).not.toContain('<table');
  });

  it('says what to do if a filter finds nothing', async () => {
    const { html } = await pageOver(NODES)('/ui/compare?q=nothing-like-it');
    expect(proseOf(html)).toContain('No image matches');
    expect(html).toContain('<a href="/ui/compare">Show all images</a>');
  });

  it('leaves out the domain that all nodes have', async () => {
    const names = ['a.example.internal', 'b.example.internal'];
    const { html } = await pageOver(
      Object.fromEntries(names.map((name) => [name, { images: [api] }])),
    )();
    expect(tableOf(html)[0]).toEqual(['Image', 'a', 'b']);
    expect(html).toContain('href="/ui/nodes/a.example.internal"');
  });
});
