/**
 * Resolves after `ms` milliseconds, or rejects with the signal's reason when it aborts. A signal that
 * lives as long as the process needs `withOwnSignal`. Not `node:timers/promises`, which edge runtimes may lack.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  // Each call derives a signal of its own, because Node warns about many listeners on one.
  const gone = signal === undefined ? undefined : AbortSignal.any([signal]);
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(gone?.reason);
    };
    const timer = setTimeout(() => {
      gone?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (gone?.aborted) stop();
    else gone?.addEventListener('abort', stop, { once: true });
  });
}
