/** Tells the metrics of the runs of crictl. */

import { CRICTL_RUN_OUTCOMES } from '../shared/ports/metrics/base-counters.ts';
import type { BaseMetrics, CrictlRun } from '../shared/ports/metrics/base-metrics.ts';
import { Problem } from '../shared/values/problem.ts';
import type { SharedRunsObserver } from '../shared/values/waiting/shared-runs.ts';
import type { CrictlKind } from './crictl-command.ts';

const RUN_KINDS = {
  images: 'images',
  containers: 'containers',
  version: 'version',
  imageFilesystems: 'image_filesystems',
  sandboxImage: 'sandbox_image',
  sandboxes: 'sandboxes',
} as const satisfies Record<CrictlKind, CrictlRun['kind']>;

export interface RunObserverOptions {
  readonly metrics: Pick<BaseMetrics, 'crictlRan'>;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

interface ObservedRun {
  readonly kind: CrictlKind;
  /** Aborted when no caller waits any more. */
  readonly signal?: AbortSignal;
  /** True if a failure only means that the runtime has nothing to say. */
  readonly isExpected?: (problem: Problem) => boolean;
}

/** Runs `work`, which runs crictl and reads its output, and tells how that ended. */
export type ObserveRun = <T>(run: ObservedRun, work: () => Promise<T>) => Promise<T>;

export function createRunObserver({ metrics, now }: RunObserverOptions): ObserveRun {
  return async function observeRun({ kind, signal, isExpected }, work) {
    const startedAtMs = now();
    const count = (outcome: CrictlRun['outcome']): void =>
      metrics.crictlRan({ kind: RUN_KINDS[kind], outcome, ms: now() - startedAtMs });
    try {
      const result = await work();
      count('ok');
      return result;
    } catch (err) {
      if (signal?.aborted) count('cancelled');
      else count(err instanceof Problem && isExpected?.(err) ? 'ok' : outcomeOf(err));
      throw err;
    }
  };
}

function outcomeOf(err: unknown): CrictlRun['outcome'] {
  const code = err instanceof Problem ? err.code : 'internal';
  return CRICTL_RUN_OUTCOMES.find((outcome) => outcome === code) ?? 'internal';
}

/** Watches the callers of the list of images or containers. */
export function callerObserver(
  metrics: Pick<BaseMetrics, 'queue' | 'count'>,
  kind: 'images' | 'containers',
): SharedRunsObserver {
  return {
    ...metrics.queue(`crictl_${kind}`),
    shared: () => metrics.count('image_api_crictl_shared_answers_total', { kind }),
  };
}
