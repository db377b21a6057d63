/**
 * Proves the credentials, because lists do not: with a wrong password Harbor serves a list's public
 * part with 200, and so it does for a moment after anybody's wrong password
 * (docs/harbor.md#wrong-passwords).
 */
import { Problem } from '../problem.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import { harborPaths } from './http/url.ts';
import type { Run } from './list.ts';

/** `doubted`: refused first, taken 2 s later; what was read meanwhile may be the public part only. */
type Verdict = 'clean' | 'doubted';

/** Runs `work` beside a proof of the credentials, and again when they were in doubt meanwhile. */
export type Proven = <T>(work: (run: Run) => Promise<T>, options?: ProvenOptions) => Promise<T>;

export interface ProvenOptions {
  /**
   * Whether without a login a part of it is served: the list of projects, and so the crawl. Within
   * one project it is all or 401, whatever happens to the login in the middle.
   */
  readonly hasPublicPart?: true;
}

const MAX_ROUNDS = 3;

/**
 * Asks Harbor whether it takes the credentials: 401 to anyone who is not logged in, robots too;
 * 200 or 404 otherwise, whether or not there is such a project.
 * @throws Problem harbor_unauthorized when they are refused twice
 */
export async function askCredentials(
  caller: Caller,
  options: { readonly signal?: AbortSignal; readonly retry?: 'never' } = {},
): Promise<Verdict> {
  const answer = await caller.call({
    method: 'HEAD',
    path: harborPaths.projects(),
    query: { project_name: 'library' },
    ...options,
  });
  return answer.doubted ? 'doubted' : 'clean';
}

/** Whether Harbor answers and takes the credentials. One call, never repeated. */
export async function checkCredentials(caller: Caller, signal: AbortSignal): Promise<void> {
  try {
    await askCredentials(caller, { signal, retry: 'never' });
  } catch (err) {
    const refused = err instanceof Problem && err.code === 'harbor_unauthorized';
    if (!(caller.anonymous && refused)) throw err;
  }
}

/**
 * Makes the session's `Proven`. The credentials are proven once beside the session's first work,
 * and once more after work of several pages of which there is a public part: they may have been
 * locked in the middle of it.
 */
export function createProven(caller: Caller, clientSignal: () => AbortSignal): Proven {
  let first: Promise<Verdict> | null = null;

  return async function proven(work, { hasPublicPart = false } = {}) {
    const signal = clientSignal();
    if (caller.anonymous) return work({ signal, pages: 0 });
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      first ??= askCredentials(caller, { signal });
      const run = beside(first, signal);
      const [verdict, found] = await Promise.allSettled([first, work(run)]);
      if (verdict.status === 'rejected') {
        first = null;
        throw verdict.reason;
      }
      if (verdict.value === 'doubted') {
        first = Promise.resolve('clean'); // proven just now, for what begins now
        continue;
      }
      if (found.status === 'rejected') throw found.reason;
      const lastWord = hasPublicPart && run.pages > 1;
      if (!lastWord || (await askCredentials(caller, { signal })) === 'clean') return found.value;
    }
    throw new HarborProblem(
      { method: 'HEAD', path: harborPaths.projects() },
      'harbor_unauthorized',
      `Harbor refuses and accepts the credentials in turn. Does someone log in as ${caller.options.settings.username} ` +
        'with wrong passwords? That locks the account for everyone.',
    );
  };
}

/** A run that ends when the proof fails: nothing that it reads could be used. */
function beside(proof: Promise<Verdict>, client: AbortSignal): Run {
  const refused = new AbortController();
  proof.catch((err: unknown) => refused.abort(err));
  return { signal: AbortSignal.any([client, refused.signal]), pages: 0 };
}
