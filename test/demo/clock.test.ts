import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../demo/harbor/clock.ts';

describe('a virtual clock', () => {
  it('wakes sleepers in the order of their ends', async () => {
    const clock = createVirtualClock(0);
    const woken: [name: string, at: number][] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push([name, clock.now()]);
    };

    await Promise.all([sleeper('long', 3000), sleeper('short', 10), sleeper('other', 10)]);

    expect(woken).toEqual([
      ['short', 10],
      ['other', 10],
      ['long', 3000],
    ]);
  });

  it('does not jump over what a woken sleeper does next', async () => {
    const clock = createVirtualClock(0);
    const steps = (async () => {
      for (let step = 0; step < 5; step += 1) await clock.sleep(100);
      return clock.now();
    })();

    const late = clock.sleep(450).then(() => clock.now());

    expect(await Promise.all([steps, late])).toEqual([500, 450]);
  });

  it('ends a sleep whose signal aborts', async () => {
    const clock = createVirtualClock(0);
    const stopping = new AbortController();

    const sleeping = clock.sleep(1000, stopping.signal);
    stopping.abort(new Error('stopped'));

    await expect(sleeping).rejects.toThrow('stopped');
    await expect(clock.sleep(1, stopping.signal)).rejects.toThrow('stopped');
    await clock.sleep(5);
    expect(clock.now()).toBe(5);
  });
});
