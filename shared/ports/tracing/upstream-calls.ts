/** Calls to other processes: what is told of each, for traces and metrics. */
import { Problem, type ProblemCode } from '../../values/problem.ts';

/** One call. Its method and operation are few whatever names a request has, because they are labels of metrics. */
export interface UpstreamCall {
  readonly target: 'harbor' | 'bridge' | 'function';
  readonly method: string;
  /** The template of the path. */
  readonly operation: string;
  /** May have a query, which is not recorded. */
  readonly url: string;
  /** One page of a list. */
  readonly isPage?: boolean;
}

/** How a call ended. */
export interface CallEnd {
  /** `aborted`: nobody waited for it any more. */
  readonly outcome: ProblemCode | 'ok' | 'aborted';
  /** The status of the answer; null: there was none. */
  readonly status: number | null;
}

/** A call that has begun. */
export interface BegunCall {
  /** Headers that pass the trace on. */
  readonly headers: Readonly<Record<string, string>>;
  end(how: CallEnd): void;
}

/** Who makes calls: a request, or work in the background. */
export interface UpstreamCalls {
  begin(call: UpstreamCall): BegunCall;
}

/** A call under way: what it adds to its request, and tells of its answer. */
export interface CallUnderWay {
  readonly headers: Readonly<Record<string, string>>;
  answered(status: number): void;
}

export interface ObserveOptions {
  /** Aborts when nobody waits for the call any more. */
  readonly signal?: AbortSignal | undefined;
  /** Tells the outcome of an error that is not a `Problem` yet. Default: `internal`. */
  readonly outcomeOf?: (err: unknown) => CallEnd['outcome'];
}

/** Makes one call. Without `calls`, nobody is told of it. */
export async function observeCall<T>(
  calls: UpstreamCalls | undefined,
  call: UpstreamCall & ObserveOptions,
  work: (call: CallUnderWay) => Promise<T>,
): Promise<T> {
  if (calls === undefined) return work({ headers: {}, answered: () => undefined });
  const { headers, end } = calls.begin(call);
  let status: number | null = null;
  const answered = (answer: number) => {
    status = answer;
  };
  try {
    const result = await work({ headers, answered });
    end({ outcome: 'ok', status });
    return result;
  } catch (err) {
    end({ outcome: outcomeOf(err, call), status });
    throw err;
  }
}

function outcomeOf(err: unknown, options: ObserveOptions): CallEnd['outcome'] {
  const { signal } = options;
  // The reason may be the problem of another call.
  if (signal?.aborted && (err === signal.reason || !(err instanceof Problem))) return 'aborted';
  return err instanceof Problem ? err.code : (options.outcomeOf?.(err) ?? 'internal');
}
