import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { demoCommands } from '../../demo/commands.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';

const CRICTL = fileURLToPath(new URL('../../demo/crictl', import.meta.url));
const REGISTRY = 'registry.example.test:9443/';

interface Image {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: string;
  readonly pinned: boolean;
}
interface Container {
  readonly imageRef: string;
  readonly state: string;
}

const crictl = (...args: string[]) => spawnSync(CRICTL, args, { encoding: 'utf8' });

const onNode = (node: string) => ['--runtime-endpoint', `unix:///run/demo/${node}.sock`];

function images(node = 'x'): Image[] {
  const run = crictl('--timeout', '9s', ...onNode(node), 'images', '-o', 'json');
  return JSON.parse(run.stdout).images;
}

function containers(...options: string[]): Container[] {
  return JSON.parse(crictl('ps', ...options, '-o', 'json').stdout).containers;
}

/** The digests on a node of images of the demo's registry, by name and tag. */
function digestsOn(node: string): ReadonlyMap<string, string> {
  return new Map(
    images(node)
      .filter(({ repoDigests: [name = ''] }) => name.startsWith(REGISTRY))
      .flatMap(({ repoTags, repoDigests: [name = ''] }) =>
        repoTags.map((tag) => [tag.slice(REGISTRY.length), name.split('@')[1] ?? '']),
      ),
  );
}

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("the demo's crictl", () => {
  it('lists images with several tags, without any, without a digest, and pinned ones', () => {
    const listed = images();

    expect(listed.some((image) => image.repoTags.length > 1)).toBe(true);
    expect(
      listed.some((image) => image.repoTags.length === 0 && image.repoDigests.length > 0),
    ).toBe(true);
    expect(
      listed.some((image) => image.repoTags.length === 0 && image.repoDigests.length === 0),
    ).toBe(true);
    expect(listed.filter((image) => image.pinned)).toHaveLength(1);
    expect(listed.every((image) => /^sha256:[0-9a-f]{64}$/.test(image.id))).toBe(true);
  });

  it("names what lies in the demo's registry, by its digest", () => {
    const registry = demoRegistry();
    const ours = images()
      .flatMap((image) => image.repoDigests)
      .filter((name) => name.startsWith(REGISTRY))
      .map((name) => /^([^/]+)\/(.+)@(.+)$/.exec(name.slice(REGISTRY.length))?.slice(1) ?? []);

    const missing = ours.filter(
      ([project = '', repository = '', digest = '']) =>
        registry.artifact(project, repository, digest) === undefined,
    );

    expect(ours).toHaveLength(9);
    expect(missing).toEqual([]);
  });

  it('is another node for another socket', () => {
    const [first, second, third] = ['node-1', 'node-2', 'node-3'].map(digestsOn);

    expect(first?.get('platform/apps/web/api:5.12.0')).toBe(
      second?.get('platform/apps/web/api:5.12.0'),
    );
    expect(first?.get('platform/apps/web/api:5.12.0')).toBe(
      third?.get('platform/apps/web/api:5.12.0'),
    );
    expect(first?.get('platform/apps/web/frontend:stable')).not.toBe(
      second?.get('platform/apps/web/frontend:stable'),
    );
  });

  it('has on node-2 an image that the registry no longer has, one without its tag, and one of a project that is hidden', () => {
    const registry = demoRegistry();
    const [gone, untagged, hidden] = [
      'platform/apps/worker:1.8.3',
      'data/etl/nightly:20260705',
      'finance/ledger:1.4',
    ].map((name) => digestsOn('node-2').get(name) ?? '');

    expect(registry.artifact('platform', 'apps/worker', gone ?? '')).toBeUndefined();
    expect(registry.artifact('data', 'etl/nightly', untagged ?? '')?.tags).toEqual([]);
    expect(registry.artifact('finance', 'ledger', hidden ?? '')).toBeDefined();
    expect(registry.project('finance')?.members).toEqual({});
  });

  it('lists running containers, and with -a the ones that have ended too', () => {
    const known = images().map((image) => image.id);

    const all = containers('-a');

    expect(containers().every((container) => container.state === 'CONTAINER_RUNNING')).toBe(true);
    expect(all.some((container) => container.state === 'CONTAINER_EXITED')).toBe(true);
    expect(all.every((container) => known.includes(container.imageRef))).toBe(true);
  });
});

describe("the demo's registry", () => {
  async function ask(method: string, path: string): Promise<Response> {
    const server = await createHarborStandIn({ registry: demoRegistry() }).listen();
    closers.push(server.close);
    const login = btoa(`${DEMO_ACCOUNT.name}:${DEMO_ACCOUNT.password}`);
    const headers = { Authorization: `Basic ${login}` };
    return fetch(`${server.url}/api/v2.0/projects/${path}`, { method, headers });
  }

  it.each([
    ['an ordinary artifact', 'platform/repositories/apps%252Fworker/artifacts/1.8.4', 200],
    ['a protected tag', 'releases/repositories/gateway/artifacts/current', 412],
    ['the read-only project', 'vendor/repositories/redis/artifacts/7.2', 403],
    ['an unknown tag', 'data/repositories/jobs%252Fbackup/artifacts/nope', 404],
  ])('answers a delete of %s', async (_, path, status) => {
    const answer = await ask('DELETE', path);

    expect(answer.status).toBe(status);
  });

  it.each([
    ['platform/repositories/apps%252Fweb%252Ffrontend', 'child_digest'],
    ['data/repositories/etl%252Fnightly', '"tags":null'],
    ['releases/repositories/gateway', 'signature.cosign'],
  ])('has something special in %s', async (path, special) => {
    const answer = await ask('GET', `${path}/artifacts?with_accessory=true`);

    expect(await answer.text()).toContain(special);
  });
});

describe('the commands to try', () => {
  const lines = demoCommands({ host: '::1', port: 5000 }).split('\n');
  const commands = lines.filter((line) => line.startsWith('  curl '));

  it('come after the address of the pages and the token to log in with', () => {
    expect(lines.slice(1, 3)).toEqual(['  http://[::1]:5000/ui', '  token: demo-write-token']);
  });

  it('call each endpoint over nodes, the journal and the cleanup', () => {
    const paths = commands.map((command) => /5000(\/[\w./-]+)/.exec(command)?.[1]);

    expect(paths).toEqual([
      '/local-images',
      '/nodes',
      '/compare',
      '/usage/platform/apps/web/frontend/stable',
      '/drift',
      '/harbor/artifacts/platform/apps/web/frontend/stable/deletion-plan',
      '/journal',
      '/demo/node-3/start',
      '/harbor/unused',
      '/harbor/cleanup',
    ]);
  });

  it('name an IPv6 address in brackets', () => {
    expect(commands[0]).toBe("  curl 'http://[::1]:5000/local-images'");
  });
});
