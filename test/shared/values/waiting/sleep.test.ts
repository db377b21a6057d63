import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { sleep } from '../../../../shared/values/waiting/sleep.ts';

describe('sleep', () => {
  it('ends with the reason when the signal aborts', async () => {
    const client = new AbortController();
    const asleep = sleep(60_000, client.signal);
    client.abort(new Error('gone'));
    await expect(asleep).rejects.toThrow('gone');
  });

  it('does not begin when the signal has already aborted', async () => {
    const reason = new Error('gone');
    await expect(sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('leaves no listeners on a shared signal, about which Node would warn', async () => {
    const client = new AbortController();
    const asleep = Array.from({ length: 20 }, () => sleep(5, client.signal));
    expect(getEventListeners(client.signal, 'abort')).toHaveLength(0);
    await expect(Promise.all(asleep)).resolves.toHaveLength(20);
  });
});
