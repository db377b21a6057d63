/** Tells the metrics of the runs of crictl. */

import type { SharedRunsObserver } from '../shared/node/sharing/shared-runs.ts';
import {
  CRICTL_RUN_OUTCOMES,
  type CrictlMetrics,
  type CrictlRunKind,
  type CrictlRunOutcome,
} from '../shared/ports/metrics/crictl-metrics.ts';
import type { Metrics } from '../shared/ports/metrics/metrics.ts';
import { Problem } from '../shared/values/problem.ts';
import type { CrictlKind } from './crictl-command.ts';

const RUN_KINDS = {
  images: 'images',
  containers: 'containers',
  version: 'version',
  imageFilesystems: 'image_filesystems',
  sandboxImage: 'sandbox_image',
} as const satisfies Record<CrictlKind, CrictlRunKind>;

export interface RunObserverOptions {
  readonly metrics: CrictlMetrics;
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
    const tell = (outcome: CrictlRunOutcome): void =>
      metrics.ran({ kind: RUN_KINDS[kind], outcome, ms: now() - startedAtMs });
    try {
      const result = await work();
      tell('ok');
      return result;
    } catch (err) {
      if (signal?.aborted) tell('cancelled');
      else tell(err instanceof Problem && isExpected?.(err) ? 'ok' : outcomeOf(err));
      throw err;
    }
  };
}

function outcomeOf(err: unknown): CrictlRunOutcome {
  const code = err instanceof Problem ? err.code : 'internal';
  return CRICTL_RUN_OUTCOMES.find((outcome) => outcome === code) ?? 'internal';
}

/** Watches the callers of the list of images or containers. */
export function callerObserver(
  metrics: Pick<Metrics, 'queue' | 'crictl'>,
  kind: 'images' | 'containers',
): SharedRunsObserver {
  return { ...metrics.queue(`crictl_${kind}`), shared: () => metrics.crictl.shared(kind) };
}
