import { describe, expect, it } from 'vitest';
import type { KeptAnswer } from '../../../../shared/domain/webhooks/answer-once.ts';
import { createRepeatedAnswers } from '../../../../shared/node/webhooks/repeated-answers.ts';

const HOUR_MS = 3_600_000;

function answer(status: number, text = 'done'): KeptAnswer {
  return { status, headers: [['X-Test', text]], body: new TextEncoder().encode(text) };
}

/** A memory, and a function that answers with how often it was called. */
function memory(options: Partial<Parameters<typeof createRepeatedAnswers>[0]> = {}, status = 200) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const runs: string[] = [];
  const answerOnce = createRepeatedAnswers({ now: () => clock.ms, ...options });
  const ask = async (key: string) => {
    const given = await answerOnce(key, async () => {
      runs.push(key);
      return answer(status, `${runs.length}`);
    });
    return new TextDecoder().decode(given.answer.body);
  };
  return { clock, runs, ask, answerOnce };
}

describe('createRepeatedAnswers', () => {
  it('gives the first answer again', async () => {
    const { ask, answerOnce } = memory();
    expect([await ask('a'), await ask('a'), await ask('b')]).toEqual(['1', '1', '2']);
    const again = await answerOnce('a', () => Promise.reject(new Error('not asked again')));
    expect(again).toEqual({ answer: answer(200, '1'), repeated: true });
  });

  it.each([204, 401, 404, 412, 422])('keeps a %i, which is final', async (status) => {
    const { ask } = memory({}, status);
    expect([await ask('a'), await ask('a')]).toEqual(['1', '1']);
  });

  it.each([403, 409, 429, 500, 503])(
    'runs again after a %i, which may be temporary',
    async (status) => {
      const { ask } = memory({}, status);
      expect([await ask('a'), await ask('a')]).toEqual(['1', '2']);
    },
  );

  it('lets repeats wait for the running call', async () => {
    const { answerOnce } = memory();
    let finish = (_: KeptAnswer): void => undefined;
    const first = answerOnce('a', () => new Promise((resolve) => (finish = resolve)));
    const second = answerOnce('a', () => Promise.reject(new Error('must not run')));
    finish(answer(503, 'of the first'));
    expect(await first).toEqual({ answer: answer(503, 'of the first'), repeated: false });
    expect(await second).toEqual({ answer: answer(503, 'of the first'), repeated: true });
  });

  it('runs again after a failure', async () => {
    const { ask, answerOnce } = memory();
    await expect(answerOnce('a', () => Promise.reject(new Error('failed')))).rejects.toThrow();
    expect(await ask('a')).toBe('1');
  });

  it('forgets after a day', async () => {
    const { clock, ask } = memory();
    await ask('a');
    clock.ms += 24 * HOUR_MS;
    expect(await ask('a')).toBe('1');
    clock.ms += 1;
    expect(await ask('a')).toBe('2');
  });

  it.each([
    ['in number', { maxAnswers: 2 }],
    ['in bytes', { maxBytes: 2 * 1025 }],
  ])('is limited %s, and drops the oldest', async (_, options) => {
    const { ask, runs } = memory(options);
    await ask('a');
    await ask('b');
    await ask('c');
    await ask('c');
    await ask('b');
    await ask('a');
    expect(runs).toEqual(['a', 'b', 'c', 'a']);
  });

  it('does not keep a long answer', async () => {
    const { ask } = memory({ maxAnswerBytes: 0 });
    expect([await ask('a'), await ask('a')]).toEqual(['1', '2']);
  });

  it('refuses when too many are under way', async () => {
    const { answerOnce, ask } = memory({ maxRunning: 1 });
    let finish = (_: KeptAnswer): void => undefined;
    const first = answerOnce('a', () => new Promise((resolve) => (finish = resolve)));
    await expect(ask('b')).rejects.toMatchObject({ code: 'overloaded' });
    finish(answer(200));
    await first;
    expect(await ask('b')).toBe('1');
  });
});
