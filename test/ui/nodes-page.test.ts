import { describe, expect, it } from 'vitest';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { partsOf } from '../support/html.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { openPage, visitorOf } from '../support/visitor.ts';

const HARBOR = 'harbor.example.test';
const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

const image = (name: string, digit: string, size_bytes: number) =>
  imageRow({
    id: digit.repeat(64),
    repo_tags: [`${name}:v1`],
    repo_digests: [`${name}@${digest(digit)}`],
    size_bytes,
  });
const WEB = image(`${HARBOR}/shop/web`, '1', 80_000_000);
const LOST = image(`${HARBOR}/shop/lost`, '2', 20_000_000);

const runs = (of: typeof WEB) =>
  containerRow({ name: 'app', image_ref: of.id, pod: 'a-pod', namespace: 'shop' });

const FACTS = { image_filesystems: [{ mountpoint: '/var', used_bytes: 300_000_000 }] };
const NODES = (): NodesByName => ({
  'node-1': { images: [WEB, LOST], containers: [runs(LOST)], facts: FACTS },
  'node-2': { images: [WEB], containers: [runs(WEB)] },
  'node-3': unreachable('node-3'),
  'node-4': { stale: { images: [WEB], containers: [runs(WEB)] } },
});

function service(nodes: NodesByName = NODES(), faults?: { readonly down: boolean }) {
  const registry = keptRegistry(
    [{ name: 'shop', repositories: { web: [{ digest: digest('1'), tags: ['v1'] }] } }],
    'admin',
  );
  const { get, standIn } = createService({
    harbor: {
      registry,
      ...(faults?.down && { faults: () => ({ answer: { status: 502, headers: {}, body: '' } }) }),
    },
    nodes: nodesOf(nodes),
    config: { harbor_config: LOGIN },
  });
  return { open: (path: string) => openPage(get, path), standIn };
}

const CARD = '<article class="card';

describe('the page of the nodes', () => {
  it('has a card for each node, those that need attention first', async () => {
    const { open } = service();

    const page = await open('/ui');

    expect(page.status).toBe(200);
    const cards = partsOf(page, CARD);
    expect(cards.map((text) => text.split(' ').slice(0, 2))).toEqual([
      ['node-3', 'unreadable'],
      ['node-4', 'stale'],
      ['node-1', 'ok'],
      ['node-2', 'ok'],
    ]);
    expect(cards[2]).toContain('Runtime containerd v2.1.4');
    expect(cards[2]).toContain('Images 2 Size of images 100MB Reclaimable 80MB Disk used 300MB');
    expect(cards[3]).toContain('Disk used unknown Containers 1');
  });

  it('says why a node cannot be read, and shows no figures of it', async () => {
    const { open } = service();

    const [unread, stale] = partsOf(await open('/ui'), CARD);

    expect(unread).toContain('so its images are unknown.');
    expect(unread).toContain('The bridge of node-3 refused the connection. bridge_unavailable');
    expect(unread).not.toContain('Images');
    expect(stale).toContain('The page shows its last reading.');
    expect(stale).toContain('Read at 2026-11-02 09:29 UTC');
    expect(stale).toContain('Images 1');
  });

  it('sums up the nodes that were read, and says which were not', async () => {
    const { open } = service();

    const { text, links } = await open('/ui');

    expect(text).toContain(
      '1 of 4 nodes cannot be read. node-3 . The figures below do not include it.',
    );
    // The terms come first, and the style sheet turns them.
    expect(text).toContain('Nodes 4 Unreadable 1 Stale 1 Images on nodes 4 Size of images 260MB');
    expect(links.get('show them')).toBe('/ui/drift?status=gone&running=true');
  });

  it('has no figures when no node could be read', async () => {
    const { open } = service({ 'node-1': unreachable('node-1'), 'node-2': unreachable('node-2') });

    const { text } = await open('/ui');

    expect(text).toContain('Images on nodes unknown Size of images unknown');
    expect(text).toContain('Reclaimable, at most unknown');
  });

  it('does not ask Harbor, and has links to the drift instead', async () => {
    const { open, standIn } = service();

    const { html, links } = await open('/ui');

    expect(standIn?.calls).toEqual([]);
    expect(links.get('Compare its images with Harbor')).toBe('/ui/drift?node=node-2');
    expect(html).toContain('hx-get="/ui/drift-counts"');
  });

  it('searches and sorts as the API does', async () => {
    const { open } = service();

    const sorted = partsOf(await open('/ui?sort=-images'), CARD);
    const found = await open('/ui?q=NODE-2&sort=');

    expect(sorted.map((text) => text.split(' ')[0])).toEqual([
      'node-1',
      'node-2',
      'node-4',
      'node-3',
    ]);
    expect(partsOf(found, CARD)).toHaveLength(1);
    expect(found.html).toContain('hx-get="/ui/drift-counts?q=NODE-2&amp;sort="');
    expect((await open('/ui?sort=colour')).status).toBe(422);
  });

  it('says what to do when no node matches', async () => {
    const { open } = service();

    const { text, links } = await open('/ui?q=other&page=1');

    expect(text).toContain('No node of this name.');
    expect(links.get('Show all nodes')).toBe('/ui');
  });
});

describe('the fragment with the drift of the nodes', () => {
  it('has the counts of each node that was read, and those of all', async () => {
    const { open } = service();

    const page = await open('/ui/drift-counts');

    expect(page.html).not.toContain('<html');
    expect(page.text).toBe(
      'Compared with Harbor 1 in sync ' +
        'Compared with Harbor 1 gone (running) 1 in sync ' +
        'Compared with Harbor 1 in sync 1 without 1 unreadable node',
    );
    expect(page.html.match(/id="[^"]*" hx-swap-oob="true"/g)).toEqual([
      'id="drift-node-4" hx-swap-oob="true"',
      'id="drift-node-1" hx-swap-oob="true"',
      'id="drift-node-2" hx-swap-oob="true"',
      'id="drift-lost" hx-swap-oob="true"',
    ]);
    expect(page.links.get('1 gone (running)')).toBe('/ui/drift?node=node-1&status=gone');
  });

  it('can be of one node', async () => {
    const { open } = service();

    const page = await open('/ui/drift-counts?node=node-1');

    expect(page.html.match(/id="drift-node-\d"/g)).toEqual(['id="drift-node-1"']);
    expect(page.text).toContain('1 gone (running)');
  });

  it('does not say that nothing is lost when no node could be read', async () => {
    const { open } = service({ 'node-1': unreachable('node-1') });

    expect((await open('/ui/drift-counts')).text).toBe('unknown');
    // It could be read when its page was made.
    expect((await open('/ui/drift-counts?node=node-1')).text).toContain(
      'Compared with Harbor unknown: the node cannot be read now',
    );
  });

  it('says that images are unknown while Harbor is down', async () => {
    const { open } = service(NODES(), { down: true });

    const { status, text } = await open('/ui/drift-counts');

    expect(status).toBe(200);
    expect(text).toContain('2 unknown (1 running)');
    expect(text).toContain('0 2 not compared');
  });

  it('says in short why nothing can be compared', async () => {
    const { get } = createService({ nodes: nodesOf(NODES()) });

    const { status, text } = await openPage(get, '/ui/drift-counts');

    expect(status).toBe(200);
    expect(text).toContain('Unknown: the comparison with Harbor failed');
    expect(text).toContain('unknown Set harbor_config.harbor_host');
  });

  it('is not stored for a login, as the page is not', async () => {
    const write_token = 'write-token-of-test';
    const { get } = createService({
      nodes: nodesOf(NODES()),
      config: { app_config: { write_token } },
    });
    const visitor = visitorOf({ get });
    await visitor.logIn(write_token);

    const page = await visitor.open('/ui/drift-counts');

    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });
});
