/** SIGKILL in the middle of a cleanup: the journal tells what happened, and cleaning again goes on. */
import { expect, it, onTestFinished } from 'vitest';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { bodyOf } from '../support/body.ts';
import { NODE } from '../support/bridge.ts';
import { artifactsWith } from '../support/cleanup.ts';
import { killableService } from '../support/killable-service.ts';

const MINUTE_MS = 60_000;
// Without the one that was pushed today: the journal is made older, and then it would be a later push.
const SIX = artifactsWith(['v1'], ['v2'], ['v3'], ['v4'], ['v5'], ['v6'], ['v7']).slice(0, 6);
const headers = { 'content-type': 'application/json' };

async function cleanedService() {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const service = await killableService({
    projects: [{ name: 'shop', repositories: { web: SIX } }],
    config: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      cleanup_config: { policies: { all: { tags: ['*'] } } },
    },
  });
  const send = (body: object, etag = '') =>
    service.request('/harbor/cleanup', {
      method: 'POST',
      headers: { ...headers, ...(etag !== '' && { 'if-match': etag }) },
      body: JSON.stringify({ policy: 'all', ...body }),
    });
  const left = () => [...(service.registry.repository('shop', 'web')?.artifacts.keys() ?? [])];
  return { ...service, send, left };
}

const BEFORE = { answer: {}, hang: true };
const AFTER = { hang: true };
const DELETE = /^DELETE /;

it.each([
  ['while it plans again', /^GET .*artifacts\?/, 1, BEFORE],
  ['while the first deletion is decided', /^GET .*artifacts\/sha256/, 1, BEFORE],
  ['before Harbor gets the first deletion', DELETE, 1, BEFORE],
  ['after Harbor has done the first deletion', DELETE, 1, AFTER],
  ['while a later deletion is decided', /^GET .*artifacts\/sha256/, 7, BEFORE],
  ['before Harbor gets the third deletion', DELETE, 3, BEFORE],
  ['after Harbor has done the third deletion', DELETE, 3, AFTER],
  ['before Harbor gets the last deletion', DELETE, 6, BEFORE],
  ['after Harbor has done the last deletion', DELETE, 6, AFTER],
])('%s', async (_, call, nth, fault) => {
  const service = await cleanedService();
  await service.start();
  const plan = await service.send({});
  let calls = 0;
  let killed: Promise<void> | null = null;
  service.standIn.faults = ({ method, path }) => {
    if (call.test(`${method} ${path}`)) calls += 1;
    if (calls < nth) return undefined;
    killed ??= service.kill();
    return fault;
  };
  const applied = service.send({ apply: true, reason: 'nightly' }, plan.headers.get('etag') ?? '');
  await expect(applied).rejects.toThrow();
  await killed;
  service.standIn.faults = () => undefined;
  const gone = service.standIn.deletions.map(({ digest }) => digest);
  const told = service.lines().filter(({ event }) => event === 'intent');

  // Each deletion that Harbor saw has its line, with who and why.
  expect(told.map(({ digest }) => digest)).toEqual(expect.arrayContaining(gone));
  expect(told.map(({ actor, reason, project }) => [actor, reason, project])).toEqual(
    told.map(() => ['ci', 'nightly', 'shop']),
  );

  await service.start({ afterMs: 10 * MINUTE_MS });
  const rows = await service.settledRows();
  const deleted = rows.filter(({ outcome }) => outcome === 'deleted').map(({ digest }) => digest);
  expect(deleted.toSorted()).toEqual(gone.toSorted());

  const again = await service.send({});
  const rest = await bodyOf(await service.send({ apply: true }, again.headers.get('etag') ?? ''));
  expect(rest).toMatchObject({ deleted: 6 - gone.length, failed: 0 });
  expect(service.left()).toEqual([]);
});

it('a stop finishes what is under way, and begins nothing new', async () => {
  const service = await cleanedService();
  const { kill, ended } = await service.start();
  const plan = await service.send({});
  service.standIn.faults = ({ method }) => {
    if (method !== 'DELETE') return undefined;
    kill('SIGTERM');
    return { delayMs: 500 };
  };
  const etag = plan.headers.get('etag') ?? '';
  const applied = await bodyOf(await service.send({ apply: true, reason: 'nightly' }, etag));
  await ended;
  const gone = service.standIn.deletions.map(({ digest }) => digest);
  const told = service.lines().filter((line) => line.event === 'outcome');

  expect(gone.length).toBeLessThanOrEqual(2);
  expect(applied).toMatchObject({
    deleted: gone.length,
    kept_now: 6 - gone.length,
    stopped: { detail: expect.stringContaining('stopping') },
  });
  expect(told.map(({ digest, outcome }) => [digest, outcome]).toSorted()).toEqual(
    gone.map((digest) => [digest, 'deleted']).toSorted(),
  );
});
