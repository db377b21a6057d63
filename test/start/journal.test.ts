import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nginxError } from '../../demo/harbor/answer.ts';
import type { FaultAnswer, RecordedCall } from '../../demo/harbor/faults.ts';
import { bodyOf } from '../support/body.ts';
import { eventually } from '../support/eventually.ts';
import { killableService } from '../support/killable-service.ts';
import { needs } from '../support/needs.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const API = `sha256:${'2'.repeat(64)}`;
const MINUTE = 60_000;

function teamService(config = {}) {
  return killableService({
    projects: [
      {
        name: 'team',
        repositories: {
          web: [{ digest: WEB, tags: ['v1', 'v2'] }],
          api: [{ digest: API, tags: ['v1'] }],
        },
      },
    ],
    config,
  });
}

type Service = Awaited<ReturnType<typeof teamService>>;

/** Starts, asks for the deletion, and kills the process when a call of Harbor arrives that `when` is true for. */
async function killedDuring(
  what: string,
  when: (call: RecordedCall) => boolean,
  fault: FaultAnswer,
): Promise<Service> {
  const service = await teamService();
  await service.start();
  let killed: Promise<void> | null = null;
  service.standIn.faults = (call) => {
    if (!when(call)) return undefined;
    killed ??= service.kill();
    return fault;
  };
  const answer = service.request(`/harbor/artifacts/${what}`, { method: 'DELETE' });
  await expect(answer).rejects.toThrow();
  await killed;
  service.standIn.faults = () => undefined;
  return service;
}

const isDelete = ({ method }: RecordedCall) => method === 'DELETE';
/** Harbor never gets the call. */
const NEVER: FaultAnswer = { answer: {}, hang: true };
/** Harbor completes it, and its answer finds nobody. */
const DONE: FaultAnswer = { hang: true };

describe('SIGKILL', () => {
  it('before the deletion is decided leaves no line', async () => {
    const service = await killedDuring(
      `team/web/${WEB}`,
      ({ method, path }) => method === 'GET' && path.includes(WEB),
      NEVER,
    );

    expect(service.lines()).toEqual([]);
    await service.start();
    expect(await service.rows()).toEqual([]);
  });

  it('after the intent, before Harbor gets it: the next start finds that it was not deleted', async () => {
    const service = await killedDuring(`team/web/${WEB}`, isDelete, NEVER);

    expect(service.lines()).toMatchObject([
      { event: 'intent', digest: WEB, tags: ['v2', 'v1'], actor: 'ci' },
    ]);
    const process = await service.start({ afterMs: 10 * MINUTE });
    expect(await service.settledRows()).toMatchObject([
      { digest: WEB, outcome: 'not_deleted', settled_at: expect.any(String) },
    ]);
    expect(service.standIn.deletions).toEqual([]);
    await eventually(() =>
      expect(process.log()).toContainEqual(
        expect.objectContaining({ level: 'WARNING', digest: WEB, outcome: 'not_deleted' }),
      ),
    );
  });

  it('after Harbor deleted it, before the outcome: the next start finds that it was deleted', async () => {
    const service = await killedDuring(`team/web/${WEB}`, isDelete, DONE);

    expect(service.lines()).toMatchObject([{ event: 'intent', digest: WEB }]);
    await service.start();
    expect(await service.settledRows()).toMatchObject([{ digest: WEB, outcome: 'deleted' }]);
    expect(service.lines()).toMatchObject([{ event: 'intent' }, { event: 'outcome' }]);
    expect(service.standIn.deletions).toMatchObject([{ digest: WEB }]);
  });

  it('after the outcome changes nothing', async () => {
    const service = await teamService();
    await service.start();
    await service.request(`/harbor/artifacts/team/web/${WEB}`, { method: 'DELETE' });
    await service.kill();
    const lines = service.lines();

    await service.start();

    expect(await service.rows()).toMatchObject([{ digest: WEB, outcome: 'deleted' }]);
    expect(service.lines()).toEqual(lines);
  });
});

it('a deletion that failed and a second one that succeeded are one after the next start', async () => {
  const service = await teamService();
  await service.start();
  const remove = () => service.request(`/harbor/artifacts/team/web/${WEB}`, { method: 'DELETE' });
  service.standIn.faults = (call) => (isDelete(call) ? { answer: nginxError(504) } : undefined);
  await remove();
  service.standIn.faults = () => undefined;
  await remove();
  await service.kill();
  const before = service.lines().flatMap((line) => (line.event === 'outcome' ? line.outcome : []));

  await service.start();

  expect(before).toEqual(['unknown', 'deleted']);
  expect((await service.settledRows()).map(({ outcome }) => outcome)).toEqual([
    'deleted',
    'not_deleted',
  ]);
});

describe('a process without space for its journal', () => {
  it('deletes nothing, is degraded, and goes on when there is space', async (context) => {
    needs(context, 'prlimit', spawnSync('prlimit', ['--version']).status === 0);
    const service = await teamService();
    const process = await service.start();
    const remove = (what: string) =>
      service.request(`/harbor/artifacts/team/${what}`, { method: 'DELETE' });
    await remove(`web/${WEB}`);
    const { size } = statSync(service.journalPath);
    // The system cuts the next line in its middle, and then refuses everything.
    spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${size + 100}:`]);

    const refused = await remove(`api/${API}`);

    const { code, detail } = await bodyOf(refused);
    expect([refused.status, code]).toEqual([503, 'journal_unavailable']);
    expect(detail).toContain('Free space');
    expect(statSync(service.journalPath).size).toBe(size + 100);
    expect(service.standIn.deletions).toHaveLength(1);
    await eventually(async () =>
      expect(await (await service.request('/readyz?verbose')).json()).toMatchObject({
        checks: expect.arrayContaining([
          expect.objectContaining({ name: 'journal', status: 'down', code: 'journal_unavailable' }),
        ]),
      }),
    );

    spawnSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited:']);
    const allowed = await remove(`api/${API}`);

    expect(allowed.status).toBe(200);
    expect(await service.rows()).toMatchObject([
      { digest: API, outcome: 'deleted' },
      { digest: WEB, outcome: 'deleted' },
    ]);
    await eventually(() =>
      expect(process.log()).toContainEqual(
        expect.objectContaining({ msg: expect.stringContaining('damaged'), lines: [3] }),
      ),
    );
  });
});

describe('a process without a journal, whose log has critical lines only', () => {
  it('tells who can delete, and who deleted what', async () => {
    const service = await teamService({
      app_config: { log_level: 'CRITICAL' },
      delete_config: { journal_file: null },
    });
    const process = await service.start();

    await service.request(`/harbor/artifacts/team/web/${WEB}?force=true`, { method: 'DELETE' });

    await eventually(() =>
      expect(process.log()).toMatchObject([
        { level: 'WARNING', access: expect.stringContaining('holders of a write_token') },
        { msg: 'journal', event: 'intent', actor: 'ci', force: true, digest: WEB },
        { msg: 'the deletion is sent to Harbor', token: 'ci' },
        { msg: 'journal', event: 'outcome', outcome: 'deleted' },
        { level: 'WARNING', token: 'ci', status: 200, outcome: 'deleted', digest: WEB },
      ]),
    );
  });
});
