import { describe, expect, it } from 'vitest';
import type { FaultAnswer, RecordedCall } from '../../demo/harbor/faults.ts';
import { recordedRegistry } from '../demo/recorded-registry.ts';
import { bodyOf } from '../support/body.ts';
import { eventually } from '../support/eventually.ts';
import { createService } from '../support/service.ts';

type Faults = (call: RecordedCall) => FaultAnswer | undefined;

const RECORDED_ADMIN = { harbor_username: 'admin', harbor_password: 'recorded-password' };

const service = (harbor_config: object = RECORDED_ADMIN, faults?: Faults) =>
  createService({
    harbor: { registry: recordedRegistry(205), ...(faults && { faults }) },
    config: { harbor_config },
  });

interface Row {
  readonly name: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly [field: string]: unknown;
}

describe('GET /harbor/projects', () => {
  it('answers every project, however many pages', async () => {
    const { get } = service();
    const res = await get('/harbor/projects');
    const rows = await bodyOf<Row[]>(res);
    expect(rows).toHaveLength(125);
    expect(res.headers.get('x-total-count')).toBe('125');
    expect(res.headers.get('link')).toBeNull();
    expect(rows.find(({ name }) => name === 'team-a')).toEqual({
      name: 'team-a',
      project_id: 2,
      public: false,
      repo_count: 6,
      owner_name: 'admin',
      creation_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      update_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  it('reads the complete list for a slice: only that can be proven', async () => {
    const { get, standIn } = service();
    standIn?.calls.splice(0);
    const res = await get('/harbor/projects?page=2&page_size=10');
    expect(res.headers.get('x-total-count')).toBe('125');
    expect(res.headers.get('link')).toContain('page=13&page_size=10>; rel="last"');
    const lists = standIn?.calls.filter(({ list }) => list === 'projects') ?? [];
    expect(lists).toHaveLength(2);
  });

  it('searches and sorts over all pages', async () => {
    const { json } = service();
    const rows = await json<Row[]>('/harbor/projects?q=FILLER-1&sort=-name&page_size=3');
    expect(rows.map(({ name }) => name)).toEqual(['filler-118', 'filler-117', 'filler-116']);
  });

  it('frees the places of clients that disconnect while Harbor hangs', async () => {
    let hanging = true;
    const { listen, standIn } = service({ ...RECORDED_ADMIN, harbor_concurrency: 2 }, ({ path }) =>
      hanging && path.includes('/projects') ? { hang: true } : undefined,
    );
    const { get } = await listen();
    const clients = new AbortController();
    const left = Array.from({ length: 20 }, () =>
      get('/harbor/projects', { signal: clients.signal }).catch(({ name }: Error) => name),
    );
    await eventually(() => expect(standIn?.calls.length).toBeGreaterThanOrEqual(2));
    clients.abort();
    expect(new Set(await Promise.all(left))).toEqual(new Set(['AbortError']));
    hanging = false;
    expect((await get('/harbor/projects')).status).toBe(200);
  });

  it('answers harbor_unauthorized where Harbor serves its anonymous view', async () => {
    const { get } = service({ ...RECORDED_ADMIN, harbor_password: 'wrong-password' });
    const res = await get('/harbor/projects');
    expect(res.status).toBe(502);
    const text = await res.text();
    expect(JSON.parse(text).code).toBe('harbor_unauthorized');
    expect(text).not.toContain('wrong-password');
  });

  it('says in the log line of each request when Harbor is not checked', async () => {
    const running = createService({
      config: { harbor_config: { harbor_host: 'https://127.0.0.1:1', verify_ssl: false } },
    });
    await running.get('/harbor/projects');
    expect(running.log).toContainEqual(
      expect.objectContaining({ route: '/harbor/projects', harbor_tls: 'not verified' }),
    );
  });

  it('serves the public projects when no user is configured', async () => {
    const { json } = service({});
    expect(await json<Row[]>('/harbor/projects')).toHaveLength(41);
  });

  it('answers harbor_not_configured for the placeholder', async () => {
    const { get } = createService({
      config: { harbor_config: { harbor_host: 'your-harbor-instance.com' } },
    });
    const res = await get('/harbor/projects');
    expect([res.status, (await bodyOf(res)).code]).toEqual([503, 'harbor_not_configured']);
  });
});

describe('GET /harbor/repositories/{project}', () => {
  it('answers names without the project, nested ones too', async () => {
    const { json } = service();
    const rows = await json<Row[]>('/harbor/repositories/team-a');
    expect(rows).toHaveLength(6);
    expect(rows.find(({ name }) => name === 'apps/web/frontend')).toMatchObject({
      full_name: 'team-a/apps/web/frontend',
      project: 'team-a',
      artifact_count: 4,
    });
  });

  it('treats a name of digits as a name', async () => {
    const { json } = service();
    const rows = await json<Row[]>('/harbor/repositories/12345');
    expect(rows.map((row) => row['full_name'])).toEqual(['12345/app']);
  });

  it('distinguishes an unknown project from an empty one', async () => {
    const { get, json } = service();
    expect((await get('/harbor/repositories/nope')).status).toBe(404);
    expect(await json('/harbor/repositories/2')).toEqual([]);
  });
});

describe('GET /harbor/artifacts/{project}/{repository}', () => {
  it('answers all artifacts with tags, sizes, times and platforms', async () => {
    const { json } = service();
    const rows = await json<Row[]>('/harbor/artifacts/team-a/multiarch');
    expect(rows).toEqual([
      {
        digest: expect.stringMatching(/^sha256:/),
        tags: ['latest'],
        type: 'IMAGE',
        media_type: 'application/vnd.oci.image.index.v1+json',
        size: '2.18kB',
        size_bytes: 2182,
        push_time: expect.any(String),
        pull_time: null,
        platforms: [
          { os: 'linux', architecture: 'amd64', variant: null, digest: expect.any(String) },
          { os: 'linux', architecture: 'arm64', variant: 'v8', digest: expect.any(String) },
        ],
        annotations: {},
      },
    ]);
  });

  it('lists untagged artifacts with no tags and finds rows by tag or digest', async () => {
    const { json } = service();
    const rows = await json<Row[]>('/harbor/artifacts/team-a/apps/web/frontend');
    expect(rows.map(({ tags }) => tags.length).toSorted()).toEqual([0, 1, 1, 3]);
    const [first] = rows;
    const found = await json<Row[]>(
      `/harbor/artifacts/team-a/apps/web/frontend?q=${first?.digest.slice(7, 30).toUpperCase()}`,
    );
    expect(found.map(({ digest }) => digest)).toEqual([first?.digest]);
  });

  it('distinguishes an unknown repository from an empty one', async () => {
    const { get } = service();
    const res = await get('/harbor/artifacts/team-a/nope');
    expect([res.status, (await bodyOf(res)).code]).toEqual([404, 'harbor_not_found']);
  });

  it('refuses a list past harbor_max_rows and serves its slices', async () => {
    const { get } = service({ ...RECORDED_ADMIN, harbor_max_rows: 100 });
    const res = await get('/harbor/artifacts/bulk/many');
    const body = await bodyOf(res);
    expect([res.status, body.code]).toEqual([501, 'response_too_large']);
    expect(body.detail).toContain('page');
    expect((await get('/harbor/artifacts/bulk/many?page=2')).status).toBe(200);
  });
});
