/** A part of Harbor is down, or Harbor is read-only, and then works again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { nginxError } from '../../../demo/harbor/answer.ts';
import type { RecordedCall } from '../../../demo/harbor/faults.ts';
import type { Outage } from '../../../demo/harbor/outage.ts';
import { PERSONALITIES, type PersonalityName } from '../../../demo/harbor/personality.ts';
import { digestOf, type Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn, type HarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { fakeCrictl } from '../../fake-crictl/index.ts';
import { bodyOf } from '../../support/body.ts';
import { atEndOfTests } from '../../support/folder.ts';
import { keptRegistry, LOGIN } from '../../support/keeper.ts';
import {
  type HarborService,
  imagesOfHost,
  serveHarbor,
  startHarborService,
} from '../harbor-service.ts';
import { recovery } from '../recovery.ts';

const HOST = 'registry.example.test';
const TAGS = Array.from({ length: 150 }, (_, index) => `v${index}`);
const HELD = digestOf('held');

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Parts of Harbor that can be down, with the calls that fail then. */
const OUTAGES: Readonly<Record<string, Outage>> = {
  'the database': 'database',
  'the core, behind its proxy': 'core',
  'the look-up of projects': 'project-lookup',
  'the cache': 'redis',
  'the table of tags': { table: 'tag' },
  'the table of artifacts': { table: 'artifact' },
  'the table of repositories': { table: 'repository' },
  'the rules of immutable tags': { table: 'immutable_tag_rule' },
};

describe.each(Object.keys(PERSONALITIES) as PersonalityName[])('Harbor %s', (personality) => {
  let registry: Registry;
  let standIn: HarborStandIn;
  let service: HarborService;

  const atEnd = atEndOfTests();

  beforeAll(async () => {
    registry = keptRegistry(
      [
        { name: 'library', public: true, repositories: { tool: [{ tags: ['v1'] }] } },
        {
          name: 'team',
          repositories: {
            web: TAGS.map((tag) => ({ tags: [tag] })),
            held: [{ digest: HELD, tags: ['v1'] }],
          },
        },
      ],
      'admin',
    );
    standIn = createHarborStandIn({ registry, personality });
    const harbor = await serveHarbor(standIn, atEnd);
    const crictl = fakeCrictl({
      images: { stdout: imagesOfHost(HOST, { 'team/held': HELD }) },
      ps: { stdout: JSON.stringify({ containers: [] }) },
    });
    atEnd(() => crictl.cleanup());
    service = await startHarborService({
      config: {
        harbor_config: {
          harbor_host: harbor.url,
          ...LOGIN,
          harbor_timeout_ms: 2000,
          registry_aliases: [HOST],
        },
        crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
        nodes_config: { max_age_ms: 0 },
      },
      atEnd,
    });
    await recovery(`start over ${personality}`, works);
  });

  const rowsOf = async (path: string): Promise<Rows> => {
    const answer = await service.get(path);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Rows;
  };

  /** Everything is complete. */
  async function works(): Promise<void> {
    expect(await rowsOf('/harbor/projects')).toHaveLength(2);
    expect(await rowsOf('/harbor/artifacts/team/web')).toHaveLength(left());
    expect(await bodyOf(await service.get('/drift'))).toMatchObject({ complete: true });
  }

  const left = () => registry.repository('team', 'web')?.artifacts.size ?? 0;

  /** A list is complete, or a problem of Harbor's. @returns what is wrong */
  async function wrongIn(path: string, count: number): Promise<readonly string[]> {
    const answer = await service.get(path);
    const body = await bodyOf(answer);
    if (answer.status !== 200) {
      return /^harbor_(?!unauthorized)/.test(body.code) ? [] : [`${path}: ${body.code}`];
    }
    const { length } = body as unknown as Rows;
    return length === count ? [] : [`${path}: ${length} of ${count} rows`];
  }

  it.each(Object.entries(OUTAGES))(
    'without %s has no short list, and deletes nothing unseen',
    async (name, outage) => {
      const doomed = digestOf(`${personality} ${name}`);
      registry.push('team', 'doomed', { digest: doomed });
      standIn.outage = outage;
      const wrong = await Promise.all([
        wrongIn('/harbor/projects', 2),
        wrongIn('/harbor/repositories/team', registry.project('team')?.repositories.size ?? 0),
        wrongIn('/harbor/artifacts/team/web', TAGS.length),
      ]);
      const drift = await bodyOf<{ images: Rows }>(await service.get('/drift'));
      const told = JSON.stringify([drift, await (await service.get('/images')).text()]);
      const deletion = await service.remove(`team/doomed/${doomed}`);
      const answer = await bodyOf(deletion);
      const isGone = registry.artifact('team', 'doomed', doomed) === undefined;

      expect(wrong.flat()).toEqual([]);
      expect(told).not.toMatch(/harbor_unauthorized|harbor_password/);
      expect(['in_sync', 'unknown']).toContain(drift.images[0]?.['status']);
      expect([answer['deleted'] ?? false, deletion.status === 200]).toEqual([isGone, isGone]);
      const rows = (await service.rows()).filter(({ digest }) => digest === doomed);
      expect(rows.some(({ outcome }) => outcome === 'deleted')).toBe(isGone);

      standIn.outage = null;
      await recovery(`${name} of ${personality} was down`, works);
    },
  );

  it('without its database in the middle of a deletion leaves it unknown, and not deleted', async () => {
    const digest = digestOf(`${personality} middle`);
    registry.push('team', 'doomed', { digest });
    standIn.faults = ({ method }: RecordedCall) => {
      if (method === 'DELETE') standIn.outage = 'database';
      return undefined;
    };
    const deletion = await service.remove(`team/doomed/${digest}`);
    const { outcome } = await bodyOf(deletion);

    expect([deletion.status, outcome]).toEqual([504, 'unknown']);
    expect(registry.artifact('team', 'doomed', digest)).toBeDefined();
    standIn.outage = null;
    standIn.faults = () => undefined;
    await recovery(`the database of ${personality} went down during a deletion`, works);
    const rows = (await service.rows()).filter((row) => row.digest === digest);
    expect(rows).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('without its registry lists, compares and deletes all the same', async () => {
    const digest = digestOf(`${personality} registry`);
    registry.push('team', 'doomed', { digest });
    standIn.faults = ({ path }) =>
      path.startsWith('/v2/') ? { answer: nginxError(502) } : undefined;

    await works();
    const deletion = await service.remove(`team/doomed/${digest}`);

    expect([deletion.status, await bodyOf(deletion)]).toMatchObject([200, { deleted: true }]);
    expect(registry.artifact('team', 'doomed', digest)).toBeUndefined();
    standIn.faults = () => undefined;
    await recovery(`the registry of ${personality} was down`, works);
  });

  it('that is read-only deletes nothing, and the next cleanup deletes all', async () => {
    const policy = { repositories: ['team/cleaned'], tags: ['*'] };
    for (const tag of ['v1', 'v2', 'v3']) registry.push('team', 'cleaned', { tags: [tag] });
    registry.readOnly = true;
    await works();
    const plan = await service.cleanUp(policy);
    const tag = plan.headers.get('etag') ?? '';
    const refused = await bodyOf(await service.cleanUp(policy, tag));
    const deletion = await service.remove('team/cleaned/v1');

    expect(refused).toMatchObject({
      deleted: 0,
      kept_now: 3,
      failed: 0,
      stopped: { code: 'harbor_read_only' },
    });
    expect([deletion.status, (await bodyOf(deletion)).code]).toEqual([409, 'harbor_read_only']);
    expect(registry.repository('team', 'cleaned')?.artifacts.size).toBe(3);

    registry.readOnly = false;
    await recovery(`${personality} was read-only`, async () =>
      expect(await bodyOf(await service.cleanUp(policy, tag))).toMatchObject({ deleted: 3 }),
    );
    const rows = (await service.rows()).filter(({ repository }) => repository === 'cleaned');
    expect(rows.filter(({ outcome }) => outcome === 'deleted')).toHaveLength(3);
    expect(rows.filter(({ outcome }) => outcome === 'unknown')).toEqual([]);
  });
});

/** Logins and lists fail for longer than a refused login is remembered. */
const LONG_MS = 12_000;
const READY_MS = 15_000;

it('a router with nodes only is ready soon after an outage of the database, and never blames the password', async () => {
  const registry = keptRegistry([{ name: 'team', repositories: { web: [{ tags: ['v1'] }] } }]);
  const standIn = createHarborStandIn({ registry });
  const harbor = await serveHarbor(standIn);
  const { get } = await startHarborService({
    command: 'router',
    config: {
      harbor_config: { harbor_host: harbor.url, ...LOGIN, harbor_timeout_ms: 2000 },
      nodes_config: { nodes: { 'node-1': { bridge_url: 'http://127.0.0.1:9' } } },
    },
  });
  const ready = async () => expect((await get('/readyz')).status).toBe(200);
  const lists = async () => expect((await get('/harbor/projects')).status).toBe(200);
  await recovery('start of the router', ready);

  standIn.outage = 'database';
  const codes = new Set<string>();
  for (const endsAt = performance.now() + LONG_MS; performance.now() < endsAt; ) {
    codes.add((await bodyOf(await get('/harbor/projects'))).code);
  }
  standIn.outage = null;
  const sinceMs = performance.now();
  await recovery('lists after an outage of the database', lists, { sinceMs, withinMs: 5000 });
  await recovery('readiness after an outage of the database', ready, {
    sinceMs,
    withinMs: READY_MS,
  });

  expect([...codes]).toEqual(['harbor_error']);
});
