import { describe, expect, it } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { contentOf, linksOf } from '../support/html.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { visitorOf } from '../support/visitor.ts';

const STABLE = digestOf('platform/apps/web/frontend 2.4.1');
const GONE = `sha256:${'e'.repeat(64)}`;
const PATH = '/ui/artifacts/platform/apps/web/frontend';

const frontend = imageRow({
  id: 'f'.repeat(64),
  repo_digests: [`harbor.example.test/platform/apps/web/frontend@${STABLE}`],
});
const pod = containerRow({
  name: 'app',
  namespace: 'shop',
  pod: 'frontend-1',
  image_ref: `sha256:${'f'.repeat(64)}`,
  created_at: '2026-11-02T09:00:00Z',
});
const other = { images: [imageRow({ id: 'b'.repeat(64), repo_tags: ['x/y:1'] })] };

function pages(
  nodes: NodesByName = { 'node-1': { images: [frontend], containers: [pod] } },
  harbor: Partial<HarborStandInOptions> = {},
) {
  const service = createService({
    harbor: { registry: demoRegistry(), ...harbor },
    nodes: nodesOf(nodes),
    config: {
      harbor_config: {
        harbor_username: DEMO_ACCOUNT.name,
        harbor_password: DEMO_ACCOUNT.password,
      },
    },
  });
  const { open } = visitorOf(service);
  const show = async (path: string) => {
    const res = await open(path);
    const html = await res.text();
    return { status: res.status, html, text: contentOf(html), links: linksOf(html) };
  };
  return { ...service, show };
}

describe('GET /ui/artifacts/{project}/{repository}/{reference}', () => {
  it.each(['stable', STABLE])(
    'does not call %s untagged when Harbor fails to read its tags',
    async (reference) => {
      const faults = () => ({ failSubQueries: { of: ['tags'] as const } });
      const { text } = await pages(undefined, { faults }).show(`${PATH}/${reference}`);

      expect(text).not.toContain('none: it is untagged');
      expect(text).toMatch(/Tags .*stable/);
    },
  );

  it('shows the artifact, who uses it, and the way to its deletion', async () => {
    const { show } = pages();
    const { status, text, links } = await show(`${PATH}/stable`);
    expect(status).toBe(200);
    expect(text).toContain('apps/web/frontend:stable');
    expect(text).toContain(STABLE);
    expect(text).toContain('2 platforms linux/amd64');
    expect(text).toContain('org.opencontainers.image.revision c0ffee5');
    expect(text).toContain('node-1 shop/frontend-1 app running 2026-11-02 09:00 UTC');
    expect(links).toEqual(expect.arrayContaining(['/ui/harbor/platform', `${PATH}/2.4`]));
    expect(links).toContain(`${PATH}/stable/deletion`);
  });

  it('shows accessories, immutable tags and that it is signed', async () => {
    const { show } = pages();
    const { text } = await show('/ui/artifacts/releases/gateway/current');
    expect(text).toMatch(/Immutable v3\.2\.0 Signed yes/);
    expect(text).toMatch(/Accessories .*signature\.cosign sha256:/);
  });

  it('names the nodes that could not be read, and does not call it unused', async () => {
    const { show } = pages({ 'node-1': other, 'node-2': unreachable('node-2') });
    const { text } = await show(`${PATH}/stable`);
    expect(text).toContain('node-2 (unreadable)');
    expect(text).toContain('It may be in use on the others.');
    expect(text).not.toContain('No container uses it, in any state.');
  });

  it('says that no node has it if all were read', async () => {
    const { show } = pages({ 'node-1': other, 'node-2': other });
    const { text } = await show(`${PATH}/stable`);
    expect(text).toContain('No node has it. No container uses it, in any state.');
  });

  it('tells nodes that have it without a container', async () => {
    const { show } = pages({ 'node-1': { images: [frontend] } });
    const { text } = await show(`${PATH}/stable`);
    expect(text).toContain('present The node has the image, but no container uses it.');
  });

  it('shows who uses a digest that Harbor no longer has', async () => {
    const image = imageRow({
      id: 'f'.repeat(64),
      repo_digests: [`harbor.example.test/x/y@${GONE}`],
    });
    const { show } = pages({ 'node-1': { images: [image], containers: [pod] } });
    const { status, text } = await show(`${PATH}/${GONE}`);
    expect(status).toBe(200);
    expect(text).toContain('Harbor has no artifact of this digest.');
    expect(text).toContain('shop/frontend-1');
    expect(text).not.toContain('Plan its deletion');
  });

  it('answers an unknown tag with 404', async () => {
    const { show } = pages();
    const { status, text } = await show(`${PATH}/nothing`);
    expect(status).toBe(404);
    expect(text).toContain('harbor_not_found');
  });

  it.each([
    [`${PATH}/`, 422],
    [`${PATH}/..`, 422],
    [`${PATH}/%2e%2e`, 422],
    [`${PATH}/%252e%252e`, 422],
    [`${PATH}//stable`, 422],
    [`${PATH}/stable/`, 422],
    ['/ui/artifacts/platform/..%2f..%2fx/stable', 422],
    ['/ui/artifacts/platform/web%5Cx/stable', 422],
    ['/ui/artifacts/platform/%zz/stable', 422],
    ['/ui/artifacts/platform/stable', 404],
  ])('answers %s with %i and asks Harbor for nothing', async (path, expected) => {
    const { show, standIn } = pages();
    const { status } = await show(path);
    expect(status).toBe(expected);
    expect(standIn?.calls).toEqual([]);
  });

  it.each([
    '/ui/artifacts/platform/apps%2Fweb%2Ffrontend/stable',
    '/ui/artifacts/platform/apps%252Fweb%252Ffrontend/stable',
  ])('understands the nested repository of %s', async (path) => {
    const { show } = pages();
    const { status, text } = await show(path);
    expect(status).toBe(200);
    expect(text).toContain(STABLE);
  });
});

describe('the uses of an artifact', () => {
  const many: NodesByName = {
    'node-1': {
      images: [frontend],
      containers: Array.from({ length: 150 }, (_, index) => ({
        ...pod,
        id: index.toString(16).padStart(64, '0'),
        pod: `frontend-${index}`,
      })),
    },
  };

  it('are a slice of 100, which can be searched and sorted as GET /usage', async () => {
    const { show } = pages(many);
    const first = await show(`${PATH}/stable`);
    expect(first.text).toContain('1 to 100 of 150');
    expect(first.links).toContain(`${PATH}/stable?sort=pod`);
    const found = await show(`${PATH}/stable?q=frontend-14&sort=-pod`);
    expect(found.text).toMatch(/1 to 11 of 11 .*frontend-149.*frontend-14 /);
  });

  it('can be shown again if nothing matches', async () => {
    const { show } = pages(many);
    const { text, links } = await show(`${PATH}/stable?q=nothing`);
    expect(text).toContain('No use matches');
    expect(links).toContain(`${PATH}/stable`);
  });
});
