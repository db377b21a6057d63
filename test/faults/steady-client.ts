/** A client like any other, beside those that misbehave: it must not notice them. */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** No answer in this time is a wrong one, even on a machine with much else to do. */
const BOUND_MS = 60_000;

export interface SteadyResult {
  readonly answers: number;
  /** What went wrong, as text; empty if every answer was whole and right. */
  readonly wrong: readonly string[];
  readonly slowestMs: number;
}

/**
 * Asks for the paths in turn, on a connection of its own each time, until stopped. Each answer has to have the
 * status and text that it had at first.
 */
export async function steadyClient(base: string, paths: readonly string[]) {
  const expected = new Map<string, string>();
  for (const path of paths) expected.set(path, await ask(base, path));
  const wrong: string[] = [];
  let answers = 0;
  let slowestMs = 0;
  let stopped = false;

  const once = async (path: string): Promise<void> => {
    const startedAtMs = performance.now();
    const text = await ask(base, path).catch((err: unknown) => `${path}: ${err}`);
    slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
    answers += 1;
    if (text !== expected.get(path)) wrong.push(text.slice(0, 300));
  };
  const asking = (async () => {
    while (!stopped) {
      for (const path of paths) await once(path);
      await sleep(20);
    }
  })();
  return {
    async stop(): Promise<SteadyResult> {
      stopped = true;
      await asking;
      return { answers, wrong, slowestMs: Math.round(slowestMs) };
    },
  };
}

/** Status and text of a whole answer. */
function ask(base: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(BOUND_MS);
    get(base + path, { agent: false, signal }, (answer) => {
      let text = `${answer.statusCode} `;
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('error', reject).on('end', () => resolve(text));
    }).on('error', reject);
  });
}
