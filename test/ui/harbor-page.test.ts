import { describe, expect, it } from 'vitest';
import { Registry } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { contentOf, linksOf } from '../support/html.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { visitorOf } from '../support/visitor.ts';

const login = { harbor_username: DEMO_ACCOUNT.name, harbor_password: DEMO_ACCOUNT.password };

function pages(harbor: HarborStandInOptions = { registry: demoRegistry() }, config = {}) {
  const service = createService({
    harbor,
    nodes: nodesOf({}),
    config: { harbor_config: login, ...config },
  });
  const { open } = visitorOf(service);
  const show = async (path: string) => {
    const res = await open(path);
    const html = await res.text();
    return { status: res.status, html, text: contentOf(html), links: linksOf(html) };
  };
  return { ...service, show };
}

function manyArtifacts(count: number): Registry {
  const artifacts = Array.from({ length: count }, (_, index) => ({ tags: [`v${index}`] }));
  return new Registry({
    accounts: [{ ...DEMO_ACCOUNT, kind: 'user' }],
    projects: [
      {
        name: 'team',
        members: { [DEMO_ACCOUNT.name]: 'maintainer' },
        repositories: { web: artifacts },
      },
    ],
  });
}

const listCalls = (calls: readonly { readonly path: string }[] | undefined) =>
  (calls ?? []).filter(({ path }) => /\/artifacts\?/.test(path));

describe('GET /ui/harbor', () => {
  it('lists the projects, each with a link to its repositories', async () => {
    const { show } = pages();
    const { status, text, links } = await show('/ui/harbor');
    expect(status).toBe(200);
    expect(text).toContain('1 to 7 of 7');
    expect(links).toEqual(expect.arrayContaining(['/ui/harbor/platform', '/ui/harbor/2025']));
    expect(text).not.toContain('finance');
  });

  it('says that nothing matches, with a link to all', async () => {
    const { show } = pages();
    const { text, links } = await show('/ui/harbor?q=nothing');
    expect(text).toContain('Nothing matches the search.');
    expect(links).toContain('/ui/harbor');
  });

  it('says that the account sees no project', async () => {
    const accounts = [{ ...DEMO_ACCOUNT, kind: 'user' }] as const;
    const { show } = pages({ registry: new Registry({ accounts, projects: [] }) });
    const { text } = await show('/ui/harbor');
    expect(text).toContain('can see no project');
    expect(text).toContain('harbor_username');
  });
});

describe('GET /ui/harbor/{project}', () => {
  it('lists repositories, nested ones too', async () => {
    const { show } = pages();
    const { text, links } = await show('/ui/harbor/platform');
    expect(text).toContain('1 to 4 of 4');
    expect(links).toEqual(
      expect.arrayContaining(['/ui/harbor', '/ui/harbor/platform/apps/web/frontend']),
    );
  });

  it('says that a project is empty', async () => {
    const { show } = pages();
    const { text } = await show('/ui/harbor/sandbox');
    expect(text).toContain('The project has no repository.');
  });

  it.each(['/ui/harbor/NO', '/ui/harbor/%2e%2e', '/ui/harbor/platform/'])(
    'answers %s with 422',
    async (path) => {
      const { show, standIn } = pages();
      const { status } = await show(path);
      expect(status).toBe(422);
      expect(standIn?.calls).toEqual([]);
    },
  );
});

describe('GET /ui/harbor/{project}/{repository}', () => {
  it('lists artifacts: tags, platforms, sizes, times, references to copy', async () => {
    const { show } = pages();
    const { html, text, links } = await show('/ui/harbor/platform/apps/web/frontend');
    expect(text).toContain('1 to 4 of 4');
    expect(text).toContain('2 platforms linux/amd64');
    expect(text).toContain('linux/arm64/v8');
    expect(text).toContain('120MB');
    expect(text).toContain('never');
    expect(html).toContain('data-copy="harbor.example.test/platform/apps/web/frontend:stable"');
    expect(links).toEqual(
      expect.arrayContaining([
        '/ui/harbor/platform',
        '/ui/artifacts/platform/apps/web/frontend/stable',
      ]),
    );
  });

  it('says which artifacts are immutable and signed', async () => {
    const { show } = pages();
    const { text } = await show('/ui/harbor/releases/gateway');
    expect(text).toMatch(/current .*v3\.2\.0 yes/);
  });

  it('says that both are unknown in a search, which would read details of all artifacts', async () => {
    const { show, standIn } = pages();
    const { text } = await show('/ui/harbor/releases/gateway?q=v3.2');
    expect(text).toMatch(/unknown unknown http/);
    expect(text).toContain('Open an artifact to see them.');
    expect(listCalls(standIn?.calls).some(({ path }) => path.includes('accessory'))).toBe(false);
  });

  it('asks Harbor for one slice only', async () => {
    const { show, standIn } = pages({ registry: manyArtifacts(450) });
    const { text } = await show('/ui/harbor/team/web?page=2');
    expect(text).toContain('101 to 200 of 450');
    expect(listCalls(standIn?.calls)).toHaveLength(1);
  });

  it('leads back from a slice past the end', async () => {
    const { show } = pages({ registry: manyArtifacts(3) });
    const { text, links } = await show('/ui/harbor/team/web?page=9');
    expect(text).toContain('There is no such page.');
    expect(links).toContain('/ui/harbor/team/web');
  });

  it('answers an unknown repository with 404', async () => {
    const { show } = pages();
    const { status, text } = await show('/ui/harbor/platform/nowhere');
    expect(status).toBe(404);
    expect(text).toContain('Harbor has no repository platform/nowhere');
  });
});
