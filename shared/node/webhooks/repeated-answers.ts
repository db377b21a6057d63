/** Gives a repeated webhook invocation the answer of the first one, in a long-lived process. */
import { LRUCache } from 'lru-cache';
import type { AnswerOnce, KeptAnswer } from '../../domain/webhooks/answer-once.ts';
import { Problem } from '../../values/problem.ts';
import { noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';

/** Senders retry for hours or days. The answer of a deletion has about a kilobyte. */
const MAX_AGE_MS = 24 * 60 * 60_000;
const MAX_ANSWERS = 1000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Longer answers are lists, and reading a list again does no harm. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** The size of an entry without the body: key, headers, the entry itself. */
const OVERHEAD_BYTES = 1024;

/** The refusals that a retry cannot change. All others may be temporary, so a retry runs again. */
const FINAL_REFUSALS: readonly number[] = [401, 404, 412, 422];

/** Makes `Services.answerOnce`. A repeat that arrives while the first invocation runs waits for its answer. */
export function createRepeatedAnswers(options: {
  readonly now: () => number;
  readonly maxAnswers?: number;
  readonly maxBytes?: number;
  readonly maxAnswerBytes?: number;
  readonly maxRunning?: number;
  /** Watches the running invocations. Default: they are not watched. */
  readonly observer?: QueueObserver;
}): AnswerOnce {
  const { now, maxAnswers = MAX_ANSWERS, maxBytes = MAX_BYTES } = options;
  const { maxAnswerBytes = MAX_ANSWER_BYTES, maxRunning = QUEUE_LIMITS.webhook_invocations } =
    options;
  const { observer = noQueueObserver } = options;
  const running = new Map<string, Promise<KeptAnswer>>();
  const kept = new LRUCache<string, KeptAnswer>({
    max: maxAnswers,
    maxSize: maxBytes,
    maxEntrySize: maxAnswerBytes + OVERHEAD_BYTES,
    sizeCalculation: ({ body }) => body.byteLength + OVERHEAD_BYTES,
    ttl: MAX_AGE_MS,
    // Reads the given clock each time; otherwise lru-cache keeps its time by a timer.
    ttlResolution: 0,
    perf: { now },
  });

  return async function answerOnce(key, run) {
    const earlier = kept.get(key) ?? running.get(key);
    if (earlier !== undefined) return { answer: await earlier, repeated: true };
    if (running.size >= maxRunning) {
      observer.refused();
      const detail = 'Too many webhook invocations are running. Send the request again later.';
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '5' } });
    }
    const answer = run({ shared: true });
    running.set(key, answer);
    observer.waiting(1);
    try {
      const done = await answer;
      if (isFinal(done)) kept.set(key, done);
      return { answer: done, repeated: false };
    } finally {
      running.delete(key);
      observer.waiting(-1);
    }
  };
}

function isFinal({ status }: KeptAnswer): boolean {
  return (status >= 200 && status < 300) || FINAL_REFUSALS.includes(status);
}
