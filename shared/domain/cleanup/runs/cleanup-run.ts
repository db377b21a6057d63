/** Cleanups that a page has started: what is known of one while it runs, and for a while after. */
import type { Cleaned } from '../cleanup-answer.ts';
import { type CleanupProgress, NO_PROGRESS, type Stopped } from '../cleanup-progress.ts';

/** The facts of a run that are known before it begins. */
export interface RunSubject {
  /** The form that starts it. A form starts one run, however often it is sent. */
  readonly form: string;
  /** The plan's ETag, without quotes. */
  readonly tag: string;
  /** The name of its policy in the configuration; null if it has its own. */
  readonly policy: string | null;
  /** The number of the candidates. */
  readonly count: number;
  /** The sum of their sizes, bytes. */
  readonly sizeBytes: number;
  /** The name of the token. */
  readonly actor: string;
  readonly reason: string | null;
  /** The page of the plan. */
  readonly planPath: string;
}

/** How far a run has come. */
export interface RunState {
  readonly phase: 'running' | 'stopping' | 'ended';
  readonly progress: CleanupProgress;
  /** The last results, the latest first. */
  readonly last: readonly Cleaned[];
  /** Results that are not deletions, in the order in which they ended; the first ones of many. */
  readonly notDeleted: readonly Cleaned[];
  /** Why it ended before its last candidate; null if it did not, or if somebody stopped it. */
  readonly stopped: Stopped | null;
}

export interface CleanupRun extends RunSubject {
  /** Nobody can guess it. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** A new object whenever something has changed. */
  readonly state: () => RunState;
  /** Begins nothing new. What is under way is finished. */
  readonly stop: () => void;
}

/** The controls that the work of a run uses. */
interface RunControl {
  /** Aborts only if the process cannot wait any longer. */
  readonly signal: AbortSignal;
  readonly isStopped: () => boolean;
  readonly onResult: (result: Cleaned, progress: CleanupProgress) => void;
}

/** Deletes, and says why it ended early. */
export type RunWork = (control: RunControl) => Promise<{ readonly stopped: Stopped | null }>;

/** The cleanups that pages have started. */
export interface CleanupRuns {
  /**
   * Starts a run. Where nothing outlives a request, the run has ended when this resolves.
   * @throws Problem overloaded
   */
  readonly start: (subject: RunSubject, work: RunWork) => Promise<CleanupRun>;
  /** Finds a run; null: there is none, it ended long ago, or another process has it. */
  readonly find: (id: string) => CleanupRun | null;
  /** The run that a form has started, or one of the same plan that is under way; null: none. */
  readonly findStarted: (subject: Pick<RunSubject, 'form' | 'tag'>) => CleanupRun | null;
}

const MAX_LAST = 10;
const MAX_NOT_DELETED = 100;

/** The record of a run, and what its work writes to it. */
export function recordRun(
  subject: RunSubject,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
) {
  let state: RunState = {
    phase: 'running',
    progress: NO_PROGRESS,
    last: [],
    notDeleted: [],
    stopped: null,
  };
  const run: CleanupRun = {
    ...subject,
    id: crypto.randomUUID(),
    startedAtMs: nowMs,
    state: () => state,
    stop: () => {
      if (state.phase === 'running') state = { ...state, phase: 'stopping' };
    },
  };
  const control: RunControl = {
    signal,
    isStopped: () => state.phase !== 'running',
    onResult: (result, progress) => {
      const { last, notDeleted } = state;
      const isListed = result.outcome !== 'deleted' && notDeleted.length < MAX_NOT_DELETED;
      state = {
        ...state,
        progress,
        last: [result, ...last].slice(0, MAX_LAST),
        notDeleted: isListed ? [...notDeleted, result] : notDeleted,
      };
    },
  };
  const end = (stopped: Stopped | null): void => {
    state = { ...state, phase: 'ended', stopped };
  };
  return { run, control, end };
}
