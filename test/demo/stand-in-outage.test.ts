import { describe, expect, it } from 'vitest';
import { nginxError } from '../../demo/harbor/answer.ts';
import { type Asking, asking, MANY, totalOf } from './asking.ts';

const healthOf = async ({ ask }: Asking) =>
  ((await (await ask('/health', 'anonymous')).json()) as { status: string }).status;

describe('a database that is down', () => {
  it.each(['admin', 'dev', 'robot', 'robot-system'])('refuses the login of %s', async (caller) => {
    const { ask, standIn } = asking();
    standIn.outage = 'database';

    const statistics = await ask('/statistics', caller);
    const head = await ask('/projects?project_name=library', caller, { method: 'HEAD' });

    expect([statistics.status, head.status]).toEqual([401, 401]);
  });

  it.each(['/projects', '/repositories', '/projects/bulk/repositories', MANY])(
    'answers %s with 500',
    async (path) => {
      const { ask, standIn } = asking();
      standIn.outage = 'database';

      const answer = await ask(path);

      expect(answer.status).toBe(500);
    },
  );

  it('deletes nothing', async () => {
    const { ask, standIn } = asking();
    standIn.outage = 'database';

    const answer = await ask(`${MANY}/t001`, 'admin', { method: 'DELETE' });

    expect([answer.status, standIn.deletions]).toEqual([500, []]);
  });

  it('is healthy in /health until the check is due', async () => {
    const asked = asking({ healthLagMs: 5000, latencyMs: 3000 });
    asked.standIn.outage = 'database';

    const seen = [await healthOf(asked), await healthOf(asked)];

    expect(seen).toEqual(['healthy', 'unhealthy']);
  });

  it('locks no account, and works again when it is back', async () => {
    const asked = asking({ loginLockMs: 1500 });
    asked.standIn.outage = 'database';
    await asked.ask('/projects', 'bad-password');

    asked.standIn.outage = null;
    const answer = await asked.ask('/projects');

    expect([totalOf(answer), await healthOf(asked)]).toEqual([125, 'healthy']);
  });
});

describe('a slow answer', () => {
  it('can be that of any page', async () => {
    const { ask, now } = asking({ faults: ({ page }) => ({ delayMs: page === 2 ? 9000 : 0 }) });
    const start = now();
    await ask(MANY);
    const first = now() - start;

    await ask(`${MANY}?page=2`);

    expect([first, now() - start]).toEqual([0, 9000]);
  });

  it('shows the state when the call arrived, when only the answer is late', async () => {
    const { ask, now, standIn } = asking({ faults: () => ({ lateMs: 2000 }), loginLockMs: 1500 });
    standIn.lockLogin('admin');
    const start = now();

    const answer = await ask('/projects');

    expect([totalOf(answer), now() - start]).toEqual([41, 2000]);
  });

  it('shows the state after the wait, when Harbor processes the call late', async () => {
    const { ask, standIn } = asking({ faults: () => ({ delayMs: 2000 }), loginLockMs: 1500 });
    standIn.lockLogin('admin');

    const answer = await ask('/projects');

    expect(totalOf(answer)).toBe(125);
  });
});

describe('a proxy without Harbor', () => {
  it.each([502, 503, 504])('answers HTML with %i', async (status) => {
    const { ask } = asking({ faults: () => ({ answer: nginxError(status) }) });

    const answer = await ask('/projects');

    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html']);
  });
});

describe('read-only mode', () => {
  it('is shown to callers with a login, and refuses a DELETE', async () => {
    const { ask, standIn } = asking();
    standIn.registry.readOnly = true;

    const info = await (await ask('/systeminfo')).json();
    const answer = await ask(`${MANY}/t001`, 'admin', { method: 'DELETE' });

    expect(info).toMatchObject({ read_only: true });
    expect([answer.status, standIn.deletions]).toEqual([403, []]);
  });
});
