/** What upstreams and clients send must not make a page grow without limit. */
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import { imageRow } from '../support/host-rows.ts';
import { proseOf } from '../support/html.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const hexOf = (text: string) => digestOf(text).slice('sha256:'.length);

/** A page over such nodes. */
async function pageOver(byName: NodesByName, path: string): Promise<string> {
  const { get } = createService({ nodes: nodesOf(byName) });
  const res = await get(path, { headers: { accept: 'text/html' } });
  expect(res.status).toBe(200);
  return res.text();
}

describe('a name of a megabyte', () => {
  it('is shown whole, with few places to break', async () => {
    const name = 'a/'.repeat(500_000);
    const images = [imageRow({ repo_tags: [`${name}web:v1`] })];

    const html = await pageOver({ 'node-1': { images } }, '/ui/nodes/node-1');

    expect(proseOf(html)).toContain(`${name}web`);
    expect(html.split('<wbr').length).toBeLessThan(100);
  });
});

describe('the matrix of many nodes', () => {
  const images = Array.from({ length: 300 }, (_, index) =>
    imageRow({ id: hexOf(`${index}`), repo_tags: [`docker.io/library/tool:${index}`] }),
  );
  const nodes = Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => [`node-${index}`, { images }]),
  );

  it.each(['', '?page_size=1000'])('has a limited number of cells with %j', async (query) => {
    const html = await pageOver(nodes, `/ui/compare${query}`);

    expect(html.split('<td').length).toBeLessThan(25_000);
    expect(proseOf(html)).toContain('1 to 50 of 300');
    expect(proseOf(html)).toContain('Page 1 of 6');
  });
});

describe('an artifact with thousands of tags', () => {
  const tags = Array.from({ length: 3000 }, (_, index) => `v${index}`);
  const registry = keptRegistry(
    [{ name: 'shop', repositories: { web: [{ digest: digestOf('web'), tags }] } }],
    'admin',
  );

  /** How many tags a page links to. */
  async function tagsOn(path: string): Promise<number> {
    const harbor_config = LOGIN;
    const { get } = createService({ harbor: { registry }, config: { harbor_config } });
    const res = await get(path, { headers: { accept: 'text/html' } });
    const html = await res.text();
    return html.split('href="/ui/artifacts/shop/web/v').length - 1;
  }

  it('has the first of them in a list, and all on its own page', async () => {
    expect(await tagsOn('/ui/harbor/shop/web')).toBe(100);
    expect(await tagsOn('/ui/artifacts/shop/web/v1')).toBeGreaterThanOrEqual(3000);
  });
});
