/** What the Harbor client is given: it reads no configuration and keeps no global state. */
import type { Logger } from '../log/logger.ts';
import type { Limit } from './limit.ts';

/** Options of `createHarbor`. */
export interface HarborOptions {
  /** Base URL without a trailing slash, perhaps with a path; null: `harbor_not_configured`. */
  readonly host: string | null;
  /** Empty: calls are anonymous and see what is public. */
  readonly username: string;
  readonly password: string;
  readonly fetch: typeof fetch;
  /** How long one call may take. */
  readonly timeoutMs: number;
  /** Calls at a time for one session. */
  readonly concurrency: number;
  /** A list, or a crawl, of more rows is `response_too_large`. */
  readonly maxRows: number;
  /** Monotonic clock, milliseconds. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly logger: Logger;
  /** Limit of calls that all sessions share. Default: only each session's own `concurrency`. */
  readonly limit?: Limit;
  /** Name of a setting that this runtime cannot honour: every call is `unsupported_here`. */
  readonly unsupported?: string | null;
  /** What error messages call the options, so that an operator finds them. */
  readonly settings?: Partial<SettingNames>;
}

/** Names of settings as error messages write them. */
export interface SettingNames {
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly caFile: string;
  readonly verifyTls: string;
  readonly maxRows: string;
}

/** Options with every name filled in. */
export interface ResolvedOptions extends HarborOptions {
  readonly settings: SettingNames;
}

/** Fills in the names of the options themselves. */
export function resolveOptions(options: HarborOptions): ResolvedOptions {
  const names: SettingNames = {
    host: 'host',
    username: 'username',
    password: 'password',
    caFile: 'caFile',
    verifyTls: 'verifyTls',
    maxRows: 'maxRows',
  };
  return { ...options, settings: { ...names, ...options.settings } };
}
