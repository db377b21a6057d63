import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { withOwnSignal } from '../../../../shared/values/waiting/own-signal.ts';

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

it('ends the work with the reason of the source', async () => {
  const source = new AbortController();
  const work = withOwnSignal(source.signal, untilAborted);
  source.abort(new Error('stopped'));

  await expect(work).rejects.toThrow('stopped');
});

it('gives a signal that has aborted when the source has', async () => {
  const isAborted = await withOwnSignal(AbortSignal.abort(), async ({ aborted }) => aborted);

  expect(isAborted).toBe(true);
});

it('ends the work after the timeout', async () => {
  const work = withOwnSignal(new AbortController().signal, untilAborted, 1);

  await expect(work).rejects.toMatchObject({ name: 'TimeoutError' });
});

it('leaves nothing on a signal that lives as long as the process', async () => {
  const source = new AbortController();
  const derived = vi.spyOn(AbortSignal, 'any');
  await withOwnSignal(source.signal, async () => undefined, 60_000);
  await withOwnSignal(source.signal, () => Promise.reject(new Error('failed'))).catch(() => null);

  expect(getEventListeners(source.signal, 'abort')).toEqual([]);
  expect(derived).not.toHaveBeenCalled();
});
