/** The disk of the log and that of the journal are full, each in its own way. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import { bodyOf } from '../support/body.ts';
import { eventually } from '../support/eventually.ts';
import { killableService } from '../support/killable-service.ts';
import { logLines } from './log-lines.ts';
import { recovery } from './recovery.ts';
import { smallDisk } from './small-disk.ts';

const env = { INVOCATION_ID: 'of-a-test' };
/** Long lines, so that few of them fill the megabyte that is kept in memory. */
const LONG = { 'x-request-id': 'x'.repeat(128), 'x-forwarded-for': '"'.repeat(200) };
const LONG_PATH = `/${'x'.repeat(200)}`;
const REQUESTS = 2_400;

/** More lines of the journal than fit into the page that it has begun. */
const TAGS = Array.from({ length: 20 }, (_, index) => `v${index}`);

function teamService(config: Readonly<Record<string, object>>) {
  const repositories = {
    web: TAGS.map((tag) => ({ digest: digestOf(tag), tags: [tag] })),
  };
  return killableService({ projects: [{ name: 'team', repositories }], config });
}

it('a full disk of the log: requests are answered, and the lost lines are counted', async () => {
  const disk = smallDisk();
  const log_file = join(disk.folder, 'app.log');
  const service = await teamService({ app_config: { log_file, log_max_bytes: 0 } });
  const { stderr } = await service.start({ env });
  disk.fill();
  const statuses = await statusesOf(() => service.request(LONG_PATH, { headers: LONG }));
  disk.free();
  await recovery('full disk of the log', async () =>
    expect(stderr()).toMatch(/works again; \d+ lines were lost/),
  );

  expect(statuses).toEqual(Array(REQUESTS).fill(404));
  expect(stderr()).toContain('cannot write the log');
  await eventually(() => {
    const whole = logLines(log_file);
    // The end of a page that the log has begun still takes a few lines: it works again, and fails again.
    const told = [...stderr().matchAll(/works again; (\d+) lines were lost/g)].map(([, lost]) =>
      Number(lost),
    );
    const written = whole.filter(({ request_id }) => request_id === LONG['x-request-id']).length;
    expect(written).toBeLessThan(REQUESTS);
    expect(told.reduce((sum, lost) => sum + lost, 0)).toBe(REQUESTS - written);
    expect(whole.flatMap(({ lost_lines }) => lost_lines ?? [])).toEqual(told);
  });
});

it('a full disk of the journal: nothing is deleted, and all else works', async () => {
  const disk = smallDisk();
  const service = await teamService({
    delete_config: { journal_file: join(disk.folder, 'journal.jsonl') },
  });
  const remove = (tag: string) =>
    service.request(`/harbor/artifacts/team/web/${digestOf(tag)}`, { method: 'DELETE' });
  await service.start();
  disk.fill();
  const answers: Response[] = [];
  for (const tag of TAGS) answers.push(await remove(tag));
  const list = await service.request('/harbor/artifacts/team/web');
  const rows = await service.request('/journal');
  const gone = service.standIn.deletions.length;
  disk.free();
  await recovery('full disk of the journal', async () => {
    expect((await remove(TAGS.at(-1) ?? '')).status).toBe(200);
  });

  const last = answers.at(-1) ?? new Response();
  expect([last.status, (await bodyOf(last)).code]).toEqual([503, 'journal_unavailable']);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(gone);
  expect([list.status, rows.status]).toEqual([200, 200]);
  const told = (await service.settledRows()).filter(({ outcome }) => outcome === 'deleted');
  expect(told.map(({ digest }) => digest).toReversed()).toEqual(
    service.standIn.deletions.map(({ digest }) => digest),
  );
});

/** The statuses of all requests, of which eight are under way at a time. */
async function statusesOf(request: () => Promise<Response>): Promise<readonly number[]> {
  const statuses: number[] = [];
  const askInTurn = async (): Promise<void> => {
    for (let count = 0; count < REQUESTS / 8; count++) {
      const response = await request();
      await response.arrayBuffer();
      statuses.push(response.status);
    }
  };
  await Promise.all(Array.from({ length: 8 }, askInTurn));
  return statuses;
}
