/**
 * What crictl says about the runtime besides its images and containers. It is less important than those: it may be a
 * minute old, and what cannot be read is null.
 */

import pTimeout from 'p-timeout';
import type { NodeFacts } from '../shared/ports/bridge.ts';
import type { Logger } from '../shared/ports/logger.ts';
import { Problem } from '../shared/values/problem.ts';
import { createSharedRuns } from '../shared/values/waiting/shared-runs.ts';
import { type CrictlKind, crictlSubcommand } from './crictl-command.ts';
import type { ObserveRun } from './crictl-observers.ts';
import type { CrictlRunner } from './crictl-runner.ts';
import {
  parseImageFilesystems,
  parseSandboxes,
  parseSandboxImage,
  parseVersion,
} from './facts-output.ts';
import type { SandboxFacts } from './sandbox-image.ts';

const MAX_AGE_MS = 60_000;
/** After a failure that may pass. sudo records each call that it refuses, so a refusal is kept as long as a success. */
const MAX_AGE_OF_FAILURE_MS = 5000;
const MAX_WAIT_MS = 2000;

export interface CrictlFacts extends Pick<NodeFacts, 'runtime' | 'image_filesystems'> {
  readonly sandbox: SandboxFacts;
}

const NOTHING: CrictlFacts = {
  runtime: null,
  image_filesystems: null,
  sandbox: { configured: null, running: null, runningUnread: true },
};

interface FailedCall {
  readonly kind: CrictlKind;
  readonly problem: Problem;
}

export interface CrictlFactsOptions {
  readonly runner: CrictlRunner;
  readonly observeRun: ObserveRun;
  readonly logger: Logger;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** How long a caller waits for a run. Default: 2 s. */
  readonly maxWaitMs?: number | undefined;
}

/** Makes a function that never rejects, and answers in time. */
export function createCrictlFacts(options: CrictlFactsOptions): () => Promise<CrictlFacts> {
  const { runner, observeRun, logger, now, maxWaitMs = MAX_WAIT_MS } = options;
  let maxAgeMs = MAX_AGE_MS;
  let reported: ReadonlySet<string> = new Set();

  async function readAll(): Promise<CrictlFacts> {
    const failures: FailedCall[] = [];
    const unread = new Set<CrictlKind>();
    async function read<T>(kind: CrictlKind, parse: (stdout: string) => T): Promise<T | null> {
      try {
        // Callers do not end a run: it has a timeout, and the next caller uses its result.
        const run = async () => parse((await runner.run(kind)).stdout);
        return await observeRun({ kind, isExpected: saysNothing }, run);
      } catch (err) {
        if (!(err instanceof Problem)) throw err;
        if (!saysNothing(err)) failures.push({ kind, problem: err });
        unread.add(kind);
        return null;
      }
    }
    const [runtime, image_filesystems, configured, running] = await Promise.all([
      read('version', parseVersion),
      read('imageFilesystems', parseImageFilesystems),
      read('sandboxImage', parseSandboxImage),
      read('sandboxes', parseSandboxes),
    ]);
    maxAgeMs = failures.some(({ problem }) => !isRefusal(problem))
      ? MAX_AGE_OF_FAILURE_MS
      : MAX_AGE_MS;
    report(failures);
    const sandbox = {
      configured,
      running,
      ...(unread.has('sandboxes') && { runningUnread: true }),
    };
    return { runtime, image_filesystems, sandbox };
  }

  /** Logs the failure of a call once, and again after it was gone. */
  function report(failures: readonly FailedCall[]): void {
    const fresh = failures.filter((failure) => !reported.has(nameOf(failure)));
    reported = new Set(failures.map(nameOf));
    const refused = fresh.find(({ problem }) => isRefusal(problem));
    const told = refused ?? fresh[0];
    if (told === undefined) return;
    const calls = fresh.map(({ kind }) => crictlSubcommand(kind)).sort();
    const advice =
      refused === undefined
        ? ''
        : ' If it can read images, its sudoers rule is of an earlier version: run `npm run sudoers` again.';
    logger.log(
      'WARNING',
      `the bridge cannot read all facts about the runtime: crictl ${calls.join(', ')} failed: ` +
        `${told.problem.message}${advice}`,
    );
  }

  const runs = createSharedRuns({
    name: 'the facts about the runtime of this host',
    run: readAll,
    maxAgeMs: MAX_AGE_MS,
    maxWaiting: Number.POSITIVE_INFINITY,
    now,
  });

  return async () => {
    const facts = runs({ maxAgeMs }).then(({ value }) => value);
    return pTimeout(facts, { milliseconds: maxWaitMs, fallback: () => NOTHING });
  };
}

function nameOf({ kind, problem }: FailedCall): string {
  return `${kind} ${problem.code}`;
}

function isRefusal({ code }: Problem): boolean {
  return code === 'crictl_permission_denied';
}

/** containerd 2 does not tell its sandbox image, for which crictl's template fails. */
function saysNothing({ message }: Problem): boolean {
  return message.includes('map has no entry for key');
}
