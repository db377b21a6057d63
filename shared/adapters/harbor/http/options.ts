/** The options of the Harbor client. It reads no configuration and keeps no global state. */
import type { Logger } from '../../../ports/logger.ts';
import type { UpstreamCalls } from '../../../ports/tracing/upstream-calls.ts';
import type { SharedWork } from './shared-work.ts';

/** Options of `createHarbor`. */
export interface HarborOptions {
  /** Base URL without a trailing slash, which may have a path; null: `harbor_not_configured`. */
  readonly host: string | null;
  /** Empty: calls are anonymous and see only public projects. */
  readonly username: string;
  readonly password: string;
  readonly fetch: typeof fetch;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** How many calls of one session run at a time. */
  readonly concurrency: number;
  /** A list or crawl with more rows is `response_too_large`. */
  readonly maxRows: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  /** Is told of the calls of sessions that have none of their own. Default: nobody is. */
  readonly calls?: UpstreamCalls;
  /** Calls `end` after so many milliseconds, unless the returned function is called. Default: `setTimeout`. */
  readonly startTimer?: StartTimer;
  /** The state that all sessions share. Default: none; each session has only its own `concurrency`. */
  readonly shared?: SharedWork;
  /** Name of a setting that this runtime does not support: every call is `unsupported_here`. */
  readonly unsupported?: string | null;
  /** The names of the options in error messages, so that an operator finds them. */
  readonly settings?: Partial<SettingNames>;
}

/** For whom calls are made. */
export interface CallOrigin {
  /** Sent as `X-Request-Id`. */
  readonly requestId: string;
  /** Is told of the calls. Default: that of the options. */
  readonly calls?: UpstreamCalls;
}

type StartTimer = (ms: number, end: () => void) => () => void;

/** Names of settings as error messages write them. */
export interface SettingNames {
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly caFile: string;
  readonly verifyTls: string;
  readonly maxRows: string;
}

/** Options with every default filled in. */
export interface ResolvedOptions extends HarborOptions {
  readonly startTimer: StartTimer;
  readonly settings: SettingNames;
}

/** Fills in the defaults. By default, settings have the names of the options. */
export function resolveOptions(options: HarborOptions): ResolvedOptions {
  const names: SettingNames = {
    host: 'host',
    username: 'username',
    password: 'password',
    caFile: 'caFile',
    verifyTls: 'verifyTls',
    maxRows: 'maxRows',
  };
  return { startTimer, ...options, settings: { ...names, ...options.settings } };
}

function startTimer(ms: number, end: () => void): () => void {
  const timer = setTimeout(end, ms);
  return () => clearTimeout(timer);
}
