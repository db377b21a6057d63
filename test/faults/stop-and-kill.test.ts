/** The end of the process under load: a stop loses nothing, and after a crash the next start works at once. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { load } from '../real/load.ts';
import { bodyOf } from '../support/body.ts';
import { NODE } from '../support/bridge.ts';
import { testFolder } from '../support/folder.ts';
import { killableService } from '../support/killable-service.ts';
import { logFiles } from './log-lines.ts';
import { numberedArtifacts } from './numbered-artifacts.ts';
import { recovery } from './recovery.ts';
import { createRandom } from './soak/random.ts';

const ARTIFACTS = 60;
const ROUNDS = 6;
const MINUTE_MS = 60_000;
/** Lines go to stderr too, where a test sees that the service listens. */
const env = { INVOCATION_ID: 'of-a-test' };
const LIST = '/harbor/artifacts/shop/stable';

/** With a log that rotates every few requests. */
async function busyService() {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const folder = testFolder();
  const service = await killableService({
    projects: [
      {
        name: 'shop',
        repositories: {
          stable: numberedArtifacts('stable', 120),
          old: numberedArtifacts('old', ARTIFACTS),
          swept: numberedArtifacts('swept', ARTIFACTS),
        },
      },
    ],
    config: {
      app_config: {
        log_file: join(folder, 'app.log'),
        log_max_bytes: 4096,
        log_backup_count: 2,
        local_socket: join(folder, 'local.sock'),
      },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      cleanup_config: {
        policies: { swept: { repositories: ['shop/swept'], tags: ['*'], max_deletions: 5 } },
      },
    },
  });
  return { ...service, folder };
}

type Service = Awaited<ReturnType<typeof busyService>>;

/** Deletes one artifact after the other until the service is gone. @returns the digests that were answered as deleted */
async function deleteAll({ request }: Service): Promise<readonly string[]> {
  const deleted: string[] = [];
  for (const { digest } of numberedArtifacts('old', ARTIFACTS)) {
    const answer = await request(`/harbor/artifacts/shop/old/${digest}`, {
      method: 'DELETE',
    }).catch((err: Error) => err);
    if (answer instanceof Error) break;
    const body = await bodyOf(answer).catch(() => null);
    if (body === null) break;
    // 404: an earlier process has deleted it.
    expect([200, 404], JSON.stringify(body)).toContain(answer.status);
    if (answer.status === 200) deleted.push(digest);
  }
  return deleted;
}

/** Plans and applies until the service is gone. */
async function cleanAll({ request }: Service): Promise<void> {
  const send = async (body: object, etag = ''): Promise<Response> =>
    request('/harbor/cleanup', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(etag !== '' && { 'if-match': etag }) },
      body: JSON.stringify({ policy: 'swept', ...body }),
    });
  try {
    for (;;) {
      const plan = await send({});
      await plan.text();
      await (await send({ apply: true }, plan.headers.get('etag') ?? '')).text();
    }
  } catch {
    // The service is gone.
  }
}

/** The journal says of each deletion that Harbor carried out that it was deleted, and of no other one. */
async function expectWholeJournal(service: Service): Promise<void> {
  const rows = await service.settledRows();
  const deleted = rows.filter(({ outcome }) => outcome === 'deleted').map(({ digest }) => digest);
  const gone = service.standIn.deletions.map(({ digest }) => digest);
  expect(deleted.toSorted()).toEqual(gone.toSorted());
}

it('SIGTERM under load loses no request and no line of a deletion', async () => {
  const service = await busyService();
  const { kill, ended } = await service.start({ env });
  const traffic = load(service.url + LIST, { connections: 8 });
  const deleting = deleteAll(service);
  await traffic.answered(40);
  kill('SIGTERM');
  const { statuses, lost } = await traffic.stop();
  const deleted = await deleting;

  expect(await ended).toBe(0);
  expect([[...statuses], lost]).toEqual([[200], []]);
  const told = service.lines().filter((line) => line.event === 'outcome');
  const gone = service.standIn.deletions.map(({ digest }) => digest);
  expect(told.map((line) => [line.digest, line.outcome])).toEqual(
    gone.map((digest) => [digest, 'deleted']),
  );
  expect(gone).toEqual(deleted);
  expect(gone.length).toBeGreaterThan(0);
  const sinceMs = performance.now();
  await service.start({ env });
  await recovery('SIGTERM under load', () => expectServed(service), { sinceMs });
  expect(await service.rows()).toHaveLength(gone.length);
});

it('SIGKILL at random moments blocks no start, and the journal settles', async () => {
  const seed = Date.now() % 1_000_000;
  process.stdout.write(`seed ${seed}\n`);
  const random = createRandom(seed);
  const service = await busyService();
  let running = await service.start({ env });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const traffic = load(service.url + LIST, { connections: 4 });
    const others = [deleteAll(service), cleanAll(service)];
    await sleep(random.between(20, 1500));
    running.kill('SIGKILL');
    const sinceMs = performance.now();
    await running.ended;
    running = await service.start({ env, afterMs: 10 * MINUTE_MS });
    await recovery(`SIGKILL ${round}`, () => expectServed(service), { sinceMs });
    await Promise.all(others);
    expect([...(await traffic.stop()).statuses].filter((status) => status !== 200)).toEqual([]);
  }

  await expectWholeJournal(service);
  expect(running.stderr()).not.toMatch(/writes to .* too|is in use/);
  running.kill('SIGTERM');
  expect(await running.ended).toBe(0);
  expect(logIn(service.folder)).toContain('stopping on SIGTERM');
});

/** The whole list, and the line of the request is in the log. */
async function expectServed({ request, folder }: Service): Promise<void> {
  const id = crypto.randomUUID();
  const answer = await request(LIST, { headers: { 'X-Request-Id': id } });
  expect([answer.status, ((await answer.json()) as unknown[]).length]).toEqual([200, 120]);
  // Not for long: other requests may have rotated the line away, and the next attempt has another one.
  await vi.waitFor(() => expect(logIn(folder)).toContain(id), { timeout: 1000, interval: 5 });
}

/** The text of all files of the log. */
function logIn(folder: string): string {
  return logFiles(join(folder, 'app.log')).join('');
}
