import { describe, expect, it } from 'vitest';
import { LOGIN_LOCK_MS } from '../../demo/harbor/logins.ts';
import { harborExchange, harborRecordings } from '../fixtures/recordings.ts';
import { asking, totalOf } from './asking.ts';

const LOCKED = { loginLockMs: LOGIN_LOCK_MS };
const WRONG = 'bad-password';
const MORE = 'v2.14.4-more';
const ALL = 125;
const PUBLIC = 41;

describe('a wrong password', () => {
  const recorded = harborRecordings(MORE).filter((name) =>
    /-as-(bad-password|robot-disabled)$/.test(name),
  );

  it.each(recorded)('takes as long as it was recorded: %s', async (name) => {
    const { ask, now } = asking(LOCKED);
    const { as, request, seconds = 0 } = harborExchange(MORE, name);
    const start = now();

    await ask(request.path.replace('/api/v2.0', ''), as);

    expect(Math.abs(now() - start - seconds * 1000)).toBeLessThan(20);
  });

  it('makes the right one anonymous until 1.5 s have passed', async () => {
    const { ask, now, standIn } = asking({ ...LOCKED, latencyMs: 100 });
    const start = now();
    const mistyped = ask('/projects', WRONG);

    const totals: [afterMs: number, total: number][] = [];
    while (now() < start + 2000) {
      const total = totalOf(await ask('/projects'));
      totals.push([now() - start, total]);
    }

    await mistyped;
    expect(totals.filter(([, total]) => total === PUBLIC).map(([at]) => at)).toEqual(
      Array.from({ length: 15 }, (_, index) => 100 + index * 100),
    );
    expect(totals.filter(([, total]) => total === ALL).map(([at]) => at)).toEqual([
      1600, 1700, 1800, 1900, 2000,
    ]);
    expect(standIn.calls).toHaveLength(21);
  });

  it('answers a locked account immediately, also with another wrong password', async () => {
    const { ask, now, standIn } = asking(LOCKED);
    standIn.lockLogin('admin');
    const start = now();

    const answers = [await ask('/projects'), await ask('/projects', WRONG)];

    expect(answers.map(totalOf)).toEqual([PUBLIC, PUBLIC]);
    expect(now()).toBe(start);
  });

  it('does not lock other accounts', async () => {
    const { ask, standIn } = asking(LOCKED);
    standIn.lockLogin('admin');

    const answer = await ask('/statistics', 'dev');

    expect(answer.status).toBe(200);
  });

  it.each(['robot', 'robot-system', 'robot-list'])('does not lock out a %s', async (robot) => {
    const { ask, standIn } = asking(LOCKED);
    for (const name of standIn.registry.accounts.keys()) standIn.lockLogin(name);

    const answer = await ask('/statistics', robot);

    expect(answer.status).toBe(200);
  });

  it('answers what needs a login with 401, the artifacts of a public project in full', async () => {
    const { ask, standIn } = asking(LOCKED);
    standIn.lockLogin('admin');

    const statistics = await ask('/statistics');
    const head = await ask('/projects?project_name=library', 'admin', { method: 'HEAD' });
    const artifacts = await ask('/projects/bulk/repositories/many/artifacts');

    expect([statistics.status, head.status, artifacts.status]).toEqual([401, 401, 200]);
    expect(totalOf(artifacts)).toBe(20);
  });

  it('takes no time and locks nothing by default', async () => {
    const { ask, now } = asking();
    const start = now();

    await ask('/projects', WRONG);
    const answer = await ask('/projects');

    expect(totalOf(answer)).toBe(ALL);
    expect(now()).toBe(start);
  });
});
