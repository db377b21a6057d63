/** Gives a repeated webhook delivery the first one's answer again, in a long-lived process. */
import type { AnswerOnce, KeptAnswer } from '../endpoint.ts';
import { Problem } from '../problem.ts';

/** Senders try again for hours or days; a deletion's answer has about a kilobyte. */
const MAX_AGE_MS = 24 * 60 * 60_000;
const MAX_ANSWERS = 1000;
const MAX_BYTES = 16 * 1024 * 1024;
/** Longer answers are lists, which may as well be read again. */
const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_RUNNING = 256;
/** What an answer takes beside its body: key, headers, the entry itself. */
const OVERHEAD_BYTES = 1024;

interface Entry {
  readonly answer: KeptAnswer;
  readonly keptAtMs: number;
}

/** Makes the memory that start/ passes in as `Services.answerOnce`. */
export function createRepeatedAnswers(options: {
  readonly now: () => number;
  readonly maxAnswers?: number;
  readonly maxBytes?: number;
  readonly maxAnswerBytes?: number;
  readonly maxRunning?: number;
}): AnswerOnce {
  const { now, maxAnswers = MAX_ANSWERS, maxBytes = MAX_BYTES } = options;
  const { maxAnswerBytes = MAX_ANSWER_BYTES, maxRunning = MAX_RUNNING } = options;
  const kept = new Map<string, Entry>();
  const running = new Map<string, Promise<KeptAnswer>>();
  let keptBytes = 0;

  function forget(key: string): void {
    const entry = kept.get(key);
    if (entry === undefined) return;
    kept.delete(key);
    keptBytes -= bytesOf(entry.answer);
  }

  function keep(key: string, answer: KeptAnswer): void {
    // A 5xx or 429 says "again": the repeat must not be told it for a day.
    if (answer.status >= 500 || answer.status === 429 || answer.body.byteLength > maxAnswerBytes)
      return;
    kept.set(key, { answer, keptAtMs: now() });
    keptBytes += bytesOf(answer);
    for (const oldest of kept.keys()) {
      if (kept.size <= maxAnswers && keptBytes <= maxBytes) break;
      forget(oldest);
    }
  }

  return async function answerOnce(key, run) {
    const entry = kept.get(key);
    if (entry !== undefined) {
      if (now() - entry.keptAtMs <= MAX_AGE_MS) return { answer: entry.answer, repeated: true };
      forget(key);
    }
    const first = running.get(key);
    if (first !== undefined) return { answer: await first, repeated: true };
    if (running.size >= maxRunning) {
      const detail = 'Too many webhook deliveries are under way. Send it again later.';
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '5' } });
    }
    const answer = run();
    running.set(key, answer);
    try {
      const done = await answer;
      keep(key, done);
      return { answer: done, repeated: false };
    } finally {
      running.delete(key);
    }
  };
}

function bytesOf({ body }: KeptAnswer): number {
  return body.byteLength + OVERHEAD_BYTES;
}
