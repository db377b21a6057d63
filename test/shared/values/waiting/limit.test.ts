import { describe, expect, it } from 'vitest';
import { createLimit } from '../../../../shared/values/waiting/limit.ts';

/** Work that ends when the test says so. */
function task() {
  const state = { started: false, finish: (): void => undefined };
  const done = new Promise<void>((resolve) => {
    state.finish = resolve;
  });
  const work = () => {
    state.started = true;
    return done;
  };
  return { work, finish: () => state.finish(), started: () => state.started };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('createLimit', () => {
  it('runs as many at a time as it says, in order', async () => {
    const limit = createLimit({ concurrency: 2, waiting: Infinity });
    const tasks = [task(), task(), task(), task()];
    const all = tasks.map(({ work }) => limit(work));
    await settled();
    expect(tasks.map(({ started }) => started())).toEqual([true, true, false, false]);
    tasks[1]?.finish();
    await settled();
    expect(tasks.map(({ started }) => started())).toEqual([true, true, true, false]);
    for (const { finish } of tasks) finish();
    await Promise.all(all);
  });

  it('frees the place of work that fails', async () => {
    const limit = createLimit({ concurrency: 1, waiting: Infinity });
    await expect(limit(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await limit(async () => 'next')).toBe('next');
  });

  it('lets those who go away out of the queue', async () => {
    const limit = createLimit({ concurrency: 1, waiting: Infinity });
    const [first, gone, last] = [task(), task(), task()];
    const client = new AbortController();
    const running = limit(first.work);
    const waiting = limit(gone.work, client.signal);
    const next = limit(last.work);
    client.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    first.finish();
    last.finish();
    await Promise.all([running, next]);
    expect(gone.started()).toBe(false);
  });

  it('starts nothing for those who are already gone', async () => {
    const { work, started } = task();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(createLimit({ concurrency: 1, waiting: Infinity })(work, signal)).rejects.toThrow(
      'gone',
    );
    expect(started()).toBe(false);
  });
});

describe('a limit of those who wait', () => {
  it('refuses more than may wait', async () => {
    const limit = createLimit({ concurrency: 1, waiting: 1, waitMs: 10_000 });
    const [running, waiting, refused] = [task(), task(), task()];
    const all = [limit(running.work), limit(waiting.work)];
    await expect(limit(refused.work)).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'Retry-After': '1' },
    });
    running.finish();
    waiting.finish();
    await Promise.all(all);
  });

  it('refuses who waited too long', async () => {
    const limit = createLimit({ concurrency: 1, waiting: Infinity, waitMs: 10 });
    const [running, late] = [task(), task()];
    const first = limit(running.work);
    await expect(limit(late.work)).rejects.toMatchObject({ code: 'overloaded' });
    running.finish();
    await first;
    expect(late.started()).toBe(false);
  });
});
