/** The lists of the registry that the requests of a process share. */

import { LRUCache } from 'lru-cache';
import type { ContentsReader } from '../../adapters/harbor/contents.ts';
import {
  readArtifacts,
  readDigest,
  readRepositories,
} from '../../adapters/harbor/contents-rows.ts';
import type { Caller } from '../../adapters/harbor/http/call.ts';
import type { HarborSession } from '../../adapters/harbor/http/session.ts';
import { readWithRules } from '../../adapters/harbor/immutable-rules.ts';
import type { ContentsOptions } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { type RepositoryAt, referenceText } from '../../values/names.ts';
import { leastKnown, type TagRules } from '../../values/tag-rules.ts';
import { createSharedRuns, type SharedRuns } from '../../values/waiting/shared-runs.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';

/** As many repositories as a large registry has. */
const MAX_LISTS = 10_000;
/** Single artifacts that no list has. */
const MAX_DIGESTS = 50_000;

export interface SharedContentsOptions {
  /** How long an answer is shared by default; nothing is kept for longer. */
  readonly maxAgeMs: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
}

/** Makes the reader. Failures are not kept. */
export function createSharedContents(options: SharedContentsOptions): ContentsReader {
  const lists = sharedReads(readArtifacts, {
    ...options,
    max: MAX_LISTS,
    keyOf: ({ project, repository }: RepositoryAt) => `${project}/${repository}`,
  });
  const digests = sharedReads(readDigest, {
    ...options,
    max: MAX_DIGESTS,
    keyOf: ({ project, repository, reference }) =>
      `${project}/${repository}@${referenceText(reference)}`,
  });
  const repositories = sharedReads(readRepositories, {
    ...options,
    max: MAX_LISTS,
    keyOf: (project) => project ?? '',
  });
  return {
    artifacts: lists.read,
    artifactsWithRules: sharedRules(lists.read, options),
    digestOf: digests.read,
    repositories: repositories.read,
    forget({ project, repository }) {
      const name = `${project}/${repository}`;
      lists.forget((key) => key === name);
      digests.forget((key) => key.startsWith(`${name}@`));
      repositories.forget((key) => key === project || key === '');
    },
  };
}

/**
 * Reads lists with the rules that hold for them. A list that was read between two looks at the rules needs no others as
 * long as it is shared.
 */
function sharedRules(
  readList: SharedRead<RepositoryAt, Awaited<ReturnType<ContentsReader['artifacts']>>>,
  { maxAgeMs: defaultAgeMs, now }: SharedContentsOptions,
): ContentsReader['artifactsWithRules'] {
  const rulesOf = new WeakMap<readonly RegistryArtifact[], TagRules>();
  /** When the lists of a project began that were last read between two looks. Made on first use. */
  let began: LRUCache<string, number> | null = null;
  return async (session, repositories, options = {}) => {
    const { maxAgeMs = defaultAgeMs, signal = session.signal() } = options;
    const project = repositories[0]?.project ?? '';
    const readSince = (notBeforeMs: number) => (at: RepositoryAt, either: AbortSignal) =>
      readList(session, at, { maxAgeMs, notBeforeMs, signal: either });
    began ??= new LRUCache({ max: MAX_LISTS });
    const knownMs = began.get(project);
    if (knownMs !== undefined && now() - knownMs < maxAgeMs) {
      const lists = await sideBySide(signal, repositories, readSince(knownMs));
      const rules = lists.map((list) => (list === null ? 'readable' : rulesOf.get(list)));
      const known = rules.filter((one) => one !== undefined);
      if (known.length === lists.length) return { lists, tagRules: leastKnown(known) };
    }
    let beganMs: number | undefined;
    const read = (at: RepositoryAt, either: AbortSignal) => {
      beganMs ??= now(); // after the first look
      return readSince(beganMs)(at, either);
    };
    const found = await readWithRules(session.caller, { repositories, signal, read });
    if (found.tagRules !== 'unreadable' && beganMs !== undefined) {
      began.set(project, beganMs);
      for (const list of found.lists) if (list !== null) rulesOf.set(list, found.tagRules);
    }
    return found;
  };
}

type SharedRead<Subject, Result> = (
  session: HarborSession,
  subject: Subject,
  options?: ContentsOptions & {
    /** What was read earlier, by `now`, is read again. */
    readonly notBeforeMs?: number;
  },
) => Promise<Result>;

interface SharedReadsOptions<Subject> extends SharedContentsOptions {
  readonly max: number;
  readonly keyOf: (subject: Subject) => string;
}

/** Reads of many subjects, of which each is read once for all who ask within the age. */
function sharedReads<Subject, Result>(
  read: (caller: Caller, subject: Subject, signal: AbortSignal) => Promise<Result>,
  { maxAgeMs, now, max, keyOf }: SharedReadsOptions<Subject>,
): {
  readonly read: SharedRead<Subject, Result>;
  readonly forget: (isMeant: (key: string) => boolean) => void;
} {
  // Entries that are too old by default go by themselves, so that an idle process keeps no registry in memory.
  const ttl = Math.max(1, maxAgeMs);
  // Made on first use, because it takes milliseconds to allocate.
  let made: LRUCache<string, SharedRuns<Result>> | null = null;
  const entriesOf = () => {
    made ??= new LRUCache({ max, ttl, ttlAutopurge: true, perf: { now } });
    return made;
  };
  return {
    async read({ caller, signal }, subject, { maxAgeMs: askedMs, notBeforeMs, signal: own } = {}) {
      const key = keyOf(subject);
      const entries = entriesOf();
      const known = entries.get(key);
      // Nothing of the request is kept but its caller, whose limits and request id the run has.
      const runs =
        known ??
        createSharedRuns({
          name: `the list of ${key === '' ? 'repositories' : key}`,
          run: (running) => read(caller, subject, running),
          maxAgeMs,
          now,
          maxWaiting: Infinity, // the requests themselves are limited
        });
      if (known === undefined) entries.set(key, runs);
      // A signal for each wait, because Node warns about many listeners on one.
      const waiting = () => AbortSignal.any([own ?? signal()]);
      return (await runs({ maxAgeMs: askedMs, notBeforeMs, signal: waiting })).value;
    },
    forget(isMeant: (key: string) => boolean): void {
      if (made === null) return;
      for (const key of [...made.keys()].filter(isMeant)) made.delete(key);
    },
  };
}
