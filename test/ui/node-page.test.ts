import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../support/folder.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { partsOf } from '../support/html.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { openPage } from '../support/visitor.ts';

const HARBOR = 'harbor.example.test';

const web = imageRow({
  id: '1'.repeat(64),
  repo_tags: [`${HARBOR}/shop/apps/web:v1`],
  size_bytes: 80_000_000,
});
const pause = imageRow({
  id: '2'.repeat(64),
  repo_tags: ['registry.k8s.io/pause:3.10'],
  pinned: true,
});
const nginx = imageRow({ id: '3'.repeat(64), repo_tags: ['docker.io/library/nginx:1'] });
const orphan = imageRow({ id: '4'.repeat(64), size_bytes: null });

const uses = [
  containerRow({ name: 'app', image_ref: web.id, pod: 'web-a', namespace: 'shop' }),
  containerRow({
    name: 'migrate',
    image_ref: web.id,
    pod: 'web-0',
    namespace: 'shop',
    state: 'CONTAINER_EXITED',
  }),
];

const NODES = (): NodesByName => ({
  'node-1': { images: [web, pause, nginx, orphan], containers: uses },
  'node-2': unreachable('node-2'),
  'node-3': { stale: { images: [web], containers: uses } },
});

function service({ nodes = NODES(), ignoring = '' } = {}) {
  const path = join(testFolder(), 'ignore.csv');
  writeFileSync(path, `REPOSITORY,TAG\n${ignoring}`);
  const { get } = createService({
    nodes: nodesOf(nodes),
    config: {
      ignore_file_path: path,
      harbor_config: { harbor_host: `http://${HARBOR}` },
    },
  });
  return (path: string) => openPage(get, path);
}

const NAME = '<th scope="row"';

describe('the page of a node', () => {
  it('shows its images, with their use', async () => {
    const open = service();

    const page = await open('/ui/nodes/node-1');

    expect(page.status).toBe(200);
    expect(page.text).toContain('1 to 4 of 4');
    const [, , webRow] = partsOf(page, '<tr').slice(1);
    expect(webRow).toContain(`${HARBOR}/shop/apps/web v1 80MB running shop/web-a, 1 more`);
    expect(webRow).toContain('shop/web-0 (container migrate, exited)');
    expect(webRow).toContain('shop/web-a (container app, running)');
    expect(page.text).toContain('no name none unknown no container');
    expect(page.text).toContain('registry.k8s.io/pause 3.10 1B no container pinned');
  });

  it('leads to the artifact in Harbor, and of other images to the nodes that have them', async () => {
    const open = service();

    const { links } = await open('/ui/nodes/node-1');

    expect(links.get(`${HARBOR}/shop/apps/web`)).toBe('/ui/artifacts/shop/apps/web/v1');
    expect(links.get('docker.io/library/nginx')).toBe(
      '/ui/compare?q=docker.io%2Flibrary%2Fnginx%3A1',
    );
  });

  it('leads to what would be lost with the node', async () => {
    const open = service();

    const { links, html } = await open('/ui/nodes/node-1');

    expect(links.get('Running images that would be lost with this node')).toBe(
      '/ui/drift?node=node-1&status=gone&running=true',
    );
    expect(html).toContain('hx-get="/ui/drift-counts?node=node-1"');
  });

  it.each([
    ['in_use=true', ['web']],
    ['in_use=false', ['nginx', 'no name', 'pause']],
    ['pinned=true', ['pause']],
    ['q=NGINX&in_use=&pinned=', ['nginx']],
    ['sort=-size_bytes&page_size=1', ['web']],
  ])('filters by %s', async (query, names) => {
    const open = service();

    const rows = partsOf(await open(`/ui/nodes/node-1?${query}`), NAME);

    const last = rows.map((text) => text.split('/').at(-1));
    expect(last.toSorted()).toEqual(names);
  });

  it('shows ignored images on demand, with the row of the list that hides each', async () => {
    const open = service({ ignoring: 'registry.k8s.io/*,\n"docker.io/library/nginx",1\n' });

    const without = await open('/ui/nodes/node-1');
    const all = await open('/ui/nodes/node-1?ignored=true');
    const only = await open('/ui/nodes/node-1?ignored=only');

    expect(without.text).toContain('1 to 2 of 2');
    expect(without.text).toContain('Hide (2)');
    expect(partsOf(all, NAME)).toHaveLength(4);
    expect(partsOf(only, NAME)).toEqual([
      'docker.io/library/nginx Ignored by line 3: docker.io/library/nginx,1',
      'registry.k8s.io/pause Ignored by line 2: registry.k8s.io/*',
    ]);
  });

  it('says what to do when no image matches', async () => {
    const open = service({ ignoring: 'registry.k8s.io/*,\n' });

    const { text, links } = await open('/ui/nodes/node-1?q=pause');

    expect(text).toContain('No image matches.');
    expect(links.get('Show all images')).toBe('/ui/nodes/node-1');
    expect(links.get('search the ignored ones too')).toBe('/ui/nodes/node-1?q=pause&ignored=true');
  });

  it('shows why it cannot be read, with the status of the API, and no list', async () => {
    const open = service();

    const { status, text, html } = await open('/ui/nodes/node-2');

    expect(status).toBe(503);
    expect(text).toContain('unreadable');
    expect(text).toContain('The bridge of node-2 refused the connection. bridge_unavailable');
    expect(text).toMatch(/Request [\da-f]{8}-[\da-f-]{27}/);
    expect(html).not.toContain('<table');
  });

  it('says that its reading is stale', async () => {
    const open = service();

    const { status, text } = await open('/ui/nodes/node-3');

    expect(status).toBe(200);
    expect(text).toContain('This node cannot be read now. The page shows its last reading.');
    expect(text).toContain('1 to 1 of 1');
  });

  it('names the nodes if there is none of the name', async () => {
    const open = service();

    const { status, text } = await open('/ui/nodes/node-9');

    expect(status).toBe(404);
    expect(text).toContain('There is no node node-9. The nodes are: node-1, node-2, node-3.');
  });

  it('has a slice of 10,000 images, and links to the others', async () => {
    const images = Array.from({ length: 10_000 }, (_, index) =>
      imageRow({
        id: String(index).padStart(64, '0'),
        repo_tags: [`${HARBOR}/shop/web:v${index}`],
      }),
    );
    const open = service({ nodes: { big: { images } } });

    const page = await open('/ui/nodes/big?page=2&sort=tag');

    expect(page.text).toContain('101 to 200 of 10000');
    expect(partsOf(page, NAME)).toHaveLength(100);
    expect(page.links.get('Next')).toBe('/ui/nodes/big?page=3&sort=tag&page_size=100');
  });
});
