/** Harbor restarts in the middle of a long list, of a crawl, and of a deletion. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultAnswer, RecordedCall } from '../../../demo/harbor/faults.ts';
import type { Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn, type HarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { fakeCrictl } from '../../fake-crictl/index.ts';
import { bodyOf } from '../../support/body.ts';
import { eventually } from '../../support/eventually.ts';
import { atEndOfTests } from '../../support/folder.ts';
import { keptRegistry, LOGIN } from '../../support/keeper.ts';
import {
  type HarborService,
  imagesOfHost,
  type StoppableHarbor,
  serveHarbor,
  startHarborService,
} from '../harbor-service.ts';
import { descriptors, residentMb } from '../process-state.ts';
import { recovery } from '../recovery.ts';

const HOST = 'registry.example.test';
const ROWS = 20_000;
const LONG = '/harbor/artifacts/long/web';
const REPOSITORIES = 200;
const MOMENT_MS = 200;
const KEPT_DESCRIPTORS = 40;
/** A complete list of so many rows, and what Node has not freed yet. */
const KEPT_MB = 300;

type Rows = readonly Readonly<Record<string, unknown>>[];

let registry: Registry;
let standIn: HarborStandIn;
let harbor: StoppableHarbor;
let service: HarborService;
let before = { descriptors: 0, mb: 0 };

const atEnd = atEndOfTests();

beforeAll(async () => {
  registry = keptRegistry(
    [
      { name: 'long', repositories: { web: tagged(ROWS) } },
      {
        name: 'many',
        repositories: Object.fromEntries(names(REPOSITORIES).map((name) => [name, tagged(3)])),
      },
      { name: 'doomed', repositories: { web: tagged(10) } },
    ],
    'admin',
  );
  standIn = createHarborStandIn({ registry });
  harbor = await serveHarbor(standIn, atEnd);
  const pulled = Object.fromEntries(
    names(REPOSITORIES).map((name) => [
      `many/${name}`,
      registry.artifact('many', name, 'v1')?.digest,
    ]),
  );
  const crictl = fakeCrictl({
    images: { stdout: imagesOfHost(HOST, pulled) },
    ps: { stdout: NO_CONTAINERS },
  });
  atEnd(() => crictl.cleanup());
  service = await startHarborService({
    config: {
      harbor_config: {
        harbor_host: harbor.url,
        ...LOGIN,
        harbor_timeout_ms: 5000,
        registry_aliases: [HOST],
      },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      // Every answer reads Harbor anew.
      nodes_config: { max_age_ms: 0 },
    },
    atEnd,
  });
  await eventually(async () => expect((await service.get(LONG)).status).toBe(200));
  before = stateOf(service);
});

const NO_CONTAINERS = JSON.stringify({ containers: [] });

function tagged(count: number) {
  return Array.from({ length: count }, (_, index) => ({ tags: [`v${index}`] }));
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `app-${index}`);
}

function stateOf({ process: { pid } }: HarborService) {
  return { descriptors: descriptors(pid), mb: residentMb(pid) };
}

/** Stops Harbor when the `nth` call of a kind arrives. It starts again after a moment, or by `harbor.start`. */
function stopAt(
  isMeant: (call: RecordedCall) => boolean,
  { nth = 1, forAMoment = false, fault = {} }: StopOptions = {},
): void {
  let seen = 0;
  standIn.faults = (call) => {
    if (isMeant(call)) seen += 1;
    if (!isMeant(call) || seen !== nth) return undefined;
    standIn.faults = () => undefined;
    void harbor.stop().then(() => (forAMoment ? sleep(MOMENT_MS).then(harbor.start) : undefined));
    return fault;
  };
}

interface StopOptions {
  readonly nth?: number;
  readonly forAMoment?: boolean;
  /** What becomes of the call. */
  readonly fault?: FaultAnswer;
}

const isArtifactList = ({ list }: RecordedCall) => list === 'artifacts';
const isDelete = ({ method }: RecordedCall) => method === 'DELETE';

/** What is wrong with a list: it has all rows, each once, or is a problem of Harbor's. */
async function wrongInList(answer: Response): Promise<readonly string[]> {
  const body = await bodyOf(answer);
  if (answer.status !== 200) {
    return /^harbor_(unreachable|timeout|bad_response)$/.test(body.code) ? [] : [body.code];
  }
  const digests = new Set((body as unknown as Rows).map(({ digest }) => digest));
  return digests.size === ROWS ? [] : [`${digests.size} of ${ROWS} rows`];
}

/** The last rows of the list. */
async function lastSlice(): Promise<void> {
  const answer = await service.get(`${LONG}?page=${ROWS / 100}&page_size=100`);
  const rows = (await answer.json()) as Rows;
  expect([answer.status, rows.length, answer.headers.get('x-total-count')]).toEqual([
    200,
    100,
    String(ROWS),
  ]);
}

describe('Harbor stops in the middle of a long list', () => {
  it.each([20, 199])('at page %i: it is a problem, and whole once Harbor is back', async (nth) => {
    stopAt(isArtifactList, { nth });
    const answer = await service.get(LONG);
    const { code } = await bodyOf(answer);
    expect([answer.status, code]).toEqual([502, 'harbor_unreachable']);

    await harbor.start();
    await recovery(`Harbor stopped at page ${nth} of a list`, lastSlice);
    const again = await service.get(LONG);
    expect([again.status, await wrongInList(again)]).toEqual([200, []]);
  });

  it('at page 100 for a moment: it is whole or a problem', async () => {
    stopAt(isArtifactList, { nth: 100, forAMoment: true });
    const answer = await service.get(LONG);

    expect(await wrongInList(answer)).toEqual([]);
    await recovery('Harbor restarted at page 100 of a list', lastSlice);
  });
});

describe('Harbor stops in the middle of a crawl', () => {
  it.each([
    ['for long', false],
    ['for a moment', true],
  ])('%s: /images has all of its rows, or says that Harbor failed', async (_, forAMoment) => {
    stopAt(isArtifactList, { nth: 5, forAMoment });
    const answer = await service.get('/images');
    const { containerd_images, harbor_images, errors } =
      await bodyOf<Record<'containerd_images' | 'harbor_images' | 'errors', Rows>>(answer);

    expect([answer.status, containerd_images.length]).toEqual([200, REPOSITORIES]);
    expect(errors.every(({ source }) => source === 'harbor')).toBe(true);
    expect(errors.length > 0 || harbor_images.length === allTags()).toBe(true);
    await harbor.start();
    await recovery(`Harbor stopped during /images ${_}`, async () => {
      const body = await bodyOf<{ harbor_images: Rows }>(await service.get('/images'));
      expect(body).toMatchObject({ errors: [] });
      expect(body.harbor_images).toHaveLength(allTags());
    });
  });

  it.each([
    ['for long', false],
    ['for a moment', true],
  ])('%s: /drift never takes an image for gone', async (_, forAMoment) => {
    stopAt(isArtifactList, { nth: 1, forAMoment });
    const answer = await service.get('/drift');
    const drift = await bodyOf<{ images: Rows; complete: boolean; errors: Rows }>(answer);
    const statuses = new Set(drift.images.map(({ status }) => status));

    expect([answer.status, drift.images.length]).toEqual([200, REPOSITORIES]);
    expect(['in_sync', 'unknown']).toEqual(expect.arrayContaining([...statuses]));
    expect(drift.complete).toBe(!statuses.has('unknown'));
    await harbor.start();
    await recovery(`Harbor stopped during /drift ${_}`, async () =>
      expect(await bodyOf(await service.get('/drift'))).toMatchObject({ complete: true }),
    );
  });
});

/** The tags that `/images` lists. */
function allTags(): number {
  return ROWS + REPOSITORIES * 3 + (registry.repository('doomed', 'web')?.artifacts.size ?? 0);
}

describe('Harbor stops in the middle of a deletion', () => {
  const NEVER: FaultAnswer = { answer: {}, hang: true };

  it.each([
    ['done', 'v0', {}],
    ['not done', 'v1', NEVER],
  ])('that is %s, for long: its outcome is unknown', async (_, tag, fault) => {
    stopAt(isDelete, { fault });
    const answer = await service.remove(`doomed/web/${tag}`);
    const { outcome } = await bodyOf(answer);
    const isGone = registry.artifact('doomed', 'web', tag) === undefined;

    expect([answer.status, outcome]).toEqual([504, 'unknown']);
    await harbor.start();
    await recovery(`Harbor stopped during a deletion that is ${_}`, async () =>
      expect(await service.rows()).toMatchObject([
        // What is still there may still be deleted by the Harbor that has got the call.
        { reference: tag, outcome: isGone ? 'deleted' : 'unknown' },
        ...Array.from({ length: Number(tag.slice(1)) }, () => ({ outcome: 'deleted' })),
      ]),
    );
  });

  it('that is done, for a moment: it is deleted', async () => {
    stopAt(isDelete, { forAMoment: true });
    const answer = await service.remove('doomed/web/v2');

    expect([answer.status, await bodyOf(answer)]).toMatchObject([200, { deleted: true }]);
    expect(registry.artifact('doomed', 'web', 'v2')).toBeUndefined();
    expect(await service.rows()).toContainEqual(
      expect.objectContaining({ reference: 'v2', outcome: 'deleted' }),
    );
  });
});

it('gives back descriptors and memory', async () => {
  await eventually(() => {
    const now = stateOf(service);
    expect(now.descriptors).toBeLessThan(before.descriptors + KEPT_DESCRIPTORS);
    expect(now.mb).toBeLessThan(before.mb + KEPT_MB);
  });
});
