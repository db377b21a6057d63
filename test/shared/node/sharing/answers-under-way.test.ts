import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createLargeAnswers } from '../../../../shared/node/sharing/answers-under-way.ts';
import { QUEUE_LIMITS } from '../../../../shared/values/waiting/queue-limits.ts';
import { eventually } from '../../../support/eventually.ts';

const ROWS = Array.from({ length: 500 }, (_, index) => ({ index }));
const LAYOUT = { isPretty: false };
const kilobytes = (count: number) => new Uint8Array(count * 1024);
const BUSY = expect.objectContaining({ code: 'overloaded' });

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
/** What is weakly held stays until the end of the turn. */
async function collectGarbage(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await sleep(5);
    gc();
  }
}

describe('large answers', () => {
  it('encode equal rows once for all who ask, whatever they searched for', async () => {
    const { encode } = createLargeAnswers({});
    const find = () => ({ lists: { rows: ROWS.filter(({ index }) => index > 10) } });
    const [one, other, layout, fewer] = await Promise.all([
      encode(find, LAYOUT),
      encode(find, LAYOUT),
      encode(find, { isPretty: true }),
      encode(() => ({ lists: { rows: find().lists.rows.slice(1) } }), LAYOUT),
    ]);
    expect(other.encoded).toBe(one.encoded);
    expect(layout.encoded).not.toBe(one.encoded);
    expect(fewer.encoded).not.toBe(one.encoded);
  });

  it('are known as long as somebody sends them, and no longer', async () => {
    const { encode, hold } = createLargeAnswers({});
    // A shorter list is not held.
    const rows = Array.from({ length: 8000 }, (_, index) => ({ index }));
    /** Keeps nothing but what a connection does. */
    const send = async () => {
      const { encoded } = await encode(() => ({ lists: { rows: [...rows] } }), LAYOUT);
      return { sent: hold(encoded.parts), parts: new WeakRef(encoded.parts) };
    };
    const isKept = ({ parts }: Awaited<ReturnType<typeof send>>) => parts.deref() !== undefined;
    const isOneOf = async (first: Awaited<ReturnType<typeof send>>) => {
      const next = await send();
      next.sent();
      return next.parts.deref() === first.parts.deref();
    };
    const first = await send();
    await collectGarbage();
    expect([isKept(first), await isOneOf(first)]).toEqual([true, true]);
    first.sent();
    await eventually(async () => {
      await collectGarbage();
      expect(isKept(first)).toBe(false);
    });
  });

  it('tell equal rows under other names apart', async () => {
    const { encode } = createLargeAnswers({});
    const [one, other] = await Promise.all([
      encode({ lists: { a: ROWS, b: [] } }, LAYOUT),
      encode({ lists: { b: ROWS, a: [] } }, LAYOUT),
    ]);
    expect(other.encoded.tag).not.toBe(one.encoded.tag);
  });

  it('are made one after another, and refused if too many wait', async () => {
    const { inTurn } = createLargeAnswers({});
    let running = 0;
    let most = 0;
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    };
    const asked = Array.from({ length: QUEUE_LIMITS.large_answers + 3 }, () => inTurn(work));
    const ended = await Promise.allSettled(asked);
    expect(ended.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: BUSY },
      { status: 'rejected', reason: BUSY },
    ]);
    expect(most).toBe(1);
  });

  it('leave the queue with their clients', async () => {
    const { inTurn } = createLargeAnswers({});
    const client = new AbortController();
    let finish = (): void => undefined;
    const first = inTurn(() => new Promise<void>((resolve) => (finish = resolve)));
    const second = inTurn(async () => 'made', client.signal);
    client.abort(new Error('the client left'));
    await expect(second).rejects.toThrow('the client left');
    finish();
    await first;
  });

  it('are refused beyond the budget of bytes, until others are sent', () => {
    const { hold } = createLargeAnswers({ maxBytes: 300 * 1024 });
    const sent = hold([kilobytes(200)]);
    expect(() => hold([kilobytes(200)])).toThrowError(BUSY);
    hold([kilobytes(10)]); // a short one is not counted
    sent();
    sent();
    hold([kilobytes(200)]);
    expect(() => hold([kilobytes(200)])).toThrowError(BUSY);
  });

  it('count once what several have in common', () => {
    const { hold } = createLargeAnswers({ maxBytes: 300 * 1024 });
    const common = kilobytes(200);
    const sent = [hold([common]), hold([common, kilobytes(50)]), hold([common])];
    sent[0]?.();
    sent[2]?.();
    expect(() => hold([kilobytes(100)])).toThrowError(BUSY);
    sent[1]?.();
    hold([kilobytes(100)]);
  });

  it('may each be longer than the budget, if nothing else is under way', () => {
    const { hold } = createLargeAnswers({ maxBytes: 100 * 1024 });
    hold([kilobytes(200)])();
    hold([kilobytes(200)]);
  });
});
