import { describe, expect, it } from 'vitest';
import { createSharedRuns } from '../../../../shared/values/waiting/shared-runs.ts';

interface Run {
  readonly signal: AbortSignal;
  readonly resolve: (value: string) => void;
  readonly reject: (err: unknown) => void;
}

/** Runs that end when the test says so, on clocks that the test sets. */
function scripted({ maxAgeMs = 1000, maxWaiting = 256, final = '' } = {}) {
  const runs: Run[] = [];
  const clock = { ms: 5000, wallMs: 1_000_005_000 };
  const read = createSharedRuns<string>({
    name: 'the list',
    maxAgeMs,
    maxWaiting,
    servesWaiting: (value) => value === final,
    now: () => clock.ms,
    wallClock: () => clock.wallMs,
    run: (signal) =>
      new Promise((resolve, reject) => {
        runs.push({ signal, resolve, reject });
      }),
  });
  return { runs, clock, read };
}

/** Lets promises that are settled run on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('sharing', () => {
  it('serves all callers during a run with that run, with the same value', async () => {
    const { runs, read } = scripted();
    const readings = Promise.all([read({}), read({}), read({})]);
    runs[0]?.resolve('a');
    expect((await readings).map(({ value }) => value)).toEqual(['a', 'a', 'a']);
    expect(runs).toHaveLength(1);
  });

  it('serves those who wait for the next run too, if the result is for them', async () => {
    const { runs, read } = scripted({ final: 'failed' });
    const readings = Promise.all([read({}), read({ maxAgeMs: 0 })]);
    runs[0]?.resolve('failed');
    expect((await readings).map(({ value }) => value)).toEqual(['failed', 'failed']);
    expect(runs).toHaveLength(1);
  });

  it('serves a result whose run began at most maxAgeMs before, with its age', async () => {
    const { runs, clock, read } = scripted();
    const first = read({});
    clock.ms = 5400;
    runs[0]?.resolve('a');
    expect(await first).toEqual({ value: 'a', startedAtMs: 1_000_005_000, ageMs: 400 });

    clock.ms = 6000;
    expect(await read({})).toEqual({ value: 'a', startedAtMs: 1_000_005_000, ageMs: 1000 });
    expect(runs).toHaveLength(1);
  });

  it('runs again when the last result is older', async () => {
    const { runs, clock, read } = scripted();
    const first = read({});
    runs[0]?.resolve('a');
    await first;

    clock.ms = 6001;
    clock.wallMs = 1_000_006_001;
    const second = read({});
    runs[1]?.resolve('b');
    expect(await second).toEqual({ value: 'b', startedAtMs: 1_000_006_001, ageMs: 0 });
  });

  it.each([
    ['back', -86_400_000],
    ['forward', 86_400_000],
  ])('knows the age when the wall clock is set %s', async (_, jumpMs) => {
    const { runs, clock, read } = scripted();
    const first = read({});
    clock.wallMs += jumpMs;
    clock.ms += 300;
    runs[0]?.resolve('a');
    await first;

    expect(await read({})).toMatchObject({ ageMs: 300, startedAtMs: 1_000_005_000 });
    expect(runs).toHaveLength(1);
  });

  it('does not use a run that has taken too long, and shares the next one', async () => {
    const { runs, clock, read } = scripted();
    const first = read({});
    clock.ms = 6001;
    const late = [read({}), read({})];
    expect(runs).toHaveLength(1);

    runs[0]?.resolve('a');
    expect((await first).value).toBe('a');
    runs[1]?.resolve('b');
    expect((await Promise.all(late)).map(({ value }) => value)).toEqual(['b', 'b']);
    expect(runs).toHaveLength(2);
  });
});

describe('a call with a maxAgeMs of its own', () => {
  it('accepts an older result than others do', async () => {
    const { runs, clock, read } = scripted({ maxAgeMs: 1000 });
    const first = read({});
    runs[0]?.resolve('a');
    await first;
    clock.ms += 5000;

    expect(await read({ maxAgeMs: 5000 })).toMatchObject({ value: 'a', ageMs: 5000 });
    expect(runs).toHaveLength(1);
  });

  it('does not accept a result that others do', async () => {
    const { runs, clock, read } = scripted({ maxAgeMs: 1000 });
    const first = read({});
    runs[0]?.resolve('a');
    await first;
    clock.ms += 500;
    const second = read({ maxAgeMs: 499 });
    runs[1]?.resolve('b');

    expect((await second).value).toBe('b');
  });
});

describe('a call with maxAgeMs 0', () => {
  it('never gets a result from before', async () => {
    const { runs, read } = scripted();
    const first = read({});
    runs[0]?.resolve('a');
    await first;

    const second = read({ maxAgeMs: 0 });
    runs[1]?.resolve('b');
    expect((await second).value).toBe('b');
  });

  it('waits for the run after the current one; those who wait share it', async () => {
    const { runs, read } = scripted();
    const first = read({});
    const fresh = [read({ maxAgeMs: 0 }), read({ maxAgeMs: 0 })];
    expect(runs).toHaveLength(1);

    runs[0]?.resolve('a');
    await first;
    runs[1]?.resolve('b');
    expect((await Promise.all(fresh)).map(({ value }) => value)).toEqual(['b', 'b']);
    expect(runs).toHaveLength(2);
  });

  it('holds for everyone when maxAgeMs is 0', async () => {
    const { runs, read } = scripted({ maxAgeMs: 0 });
    const first = read({});
    const second = read({});
    runs[0]?.resolve('a');
    await first;
    runs[1]?.resolve('b');
    expect((await second).value).toBe('b');
  });
});

describe('failures', () => {
  it('reach all who wait for that run, and are not kept', async () => {
    const { runs, read } = scripted();
    const failed = Promise.allSettled([read({}), read({})]);
    const reason = new Error('no');
    runs[0]?.reject(reason);
    expect(await failed).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);

    const next = read({});
    runs[1]?.resolve('a');
    expect((await next).value).toBe('a');
  });

  it('do not reach those who wait for the next run', async () => {
    const { runs, read } = scripted();
    const first = read({});
    const fresh = read({ maxAgeMs: 0 });
    runs[0]?.reject(new Error('no'));
    await expect(first).rejects.toThrow('no');
    runs[1]?.resolve('b');
    expect((await fresh).value).toBe('b');
  });

  it('may be thrown at once', async () => {
    let count = 0;
    const read = createSharedRuns({
      name: 'the list',
      maxAgeMs: 1000,
      maxWaiting: 256,
      now: () => 0,
      run: () => {
        count++;
        throw new Error(`no ${count}`);
      },
    });
    const first = read({});
    const fresh = read({ maxAgeMs: 0 });
    await expect(first).rejects.toThrow('no 1');
    await expect(fresh).rejects.toThrow('no 2');
    await expect(read({})).rejects.toThrow('no 3');
  });
});

describe('limits', () => {
  it('answers overloaded with Retry-After when too many wait', async () => {
    const { runs, read } = scripted({ maxWaiting: 2 });
    const first = read({});
    const second = read({ maxAgeMs: 0 });
    await expect(read({})).rejects.toMatchObject({
      code: 'overloaded',
      headers: { 'Retry-After': '1' },
    });

    runs[0]?.resolve('a');
    await first;
    const third = read({ maxAgeMs: 0 });
    runs[1]?.resolve('b');
    await second;
    runs[2]?.resolve('c');
    expect((await third).value).toBe('c');
  });

  it('lets any number through that need not wait', async () => {
    const { runs, read } = scripted({ maxWaiting: 1 });
    const first = read({});
    runs[0]?.resolve('a');
    await first;
    await expect(Promise.all([read({}), read({}), read({})])).resolves.toHaveLength(3);
  });
});

describe('many callers that need a fresh run', () => {
  it('are never refused for being frequent', async () => {
    const { runs, read } = scripted();
    for (let asked = 0; asked < 200; asked += 1) {
      const reading = read({ maxAgeMs: 0 });
      runs.at(-1)?.resolve('a');
      await reading;
    }
    expect(runs).toHaveLength(200);
  });

  it('share the next run while they wait, so that one at a time is the limit', async () => {
    const { runs, read } = scripted();
    const first = read({});
    const fresh = Array.from({ length: 100 }, () => read({ maxAgeMs: 0 }));
    runs[0]?.resolve('a');
    await first;
    runs[1]?.resolve('b');

    expect(new Set((await Promise.all(fresh)).map(({ value }) => value))).toEqual(new Set(['b']));
    expect(runs).toHaveLength(2);
  });
});

describe('leaving', () => {
  it('rejects the caller that leaves and continues for the others', async () => {
    const { runs, read } = scripted();
    const abort = new AbortController();
    const leaving = read({ signal: () => abort.signal });
    const staying = read({});
    abort.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    expect(runs[0]?.signal.aborted).toBe(false);

    runs[0]?.resolve('a');
    expect((await staying).value).toBe('a');
  });

  it('ends the run when no caller waits any more; later callers get another run', async () => {
    const { runs, read } = scripted();
    const abort = new AbortController();
    const leaving = read({ signal: () => abort.signal });
    abort.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    expect(runs[0]?.signal.aborted).toBe(true);

    const coming = read({});
    expect(runs).toHaveLength(1);
    runs[0]?.reject(new Error('ended'));
    await settle();
    runs[1]?.resolve('b');
    expect((await coming).value).toBe('b');
  });

  it('does not start the next run when all its callers have left', async () => {
    const { runs, read } = scripted();
    const first = read({});
    const abort = new AbortController();
    const leaving = read({ maxAgeMs: 0, signal: () => abort.signal });
    abort.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    runs[0]?.resolve('a');
    await first;
    expect(runs).toHaveLength(1);
  });

  it('starts nothing for a caller that has left already', async () => {
    const { runs, read } = scripted();
    const signal = AbortSignal.abort(new Error('gone'));
    await expect(read({ signal: () => signal })).rejects.toThrow('gone');
    expect(runs).toHaveLength(0);
  });

  it('asks for the signal only when it has to wait', async () => {
    const { runs, read } = scripted();
    const first = read({});
    runs[0]?.resolve('a');
    await first;
    let asked = 0;
    await read({
      signal: () => {
        asked += 1;
        return new AbortController().signal;
      },
    });
    expect(asked).toBe(0);
  });
});
