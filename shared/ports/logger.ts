/** The logger interface. Implementations: shared/node/log/log.ts (files), shared/adapters/log/console-logger.ts (edge). */

import type { LogLevel } from '../values/log-level.ts';

/** Fields of a log line in addition to `time, level, module, msg`. Values are JSON; `err` may be an Error. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** True if lines of this level are written. Call it before you build expensive fields. */
  enabled(level: LogLevel): boolean;
  /** Writes a line; never throws. */
  log(level: LogLevel, msg: string, fields?: LogFields): void;
  /**
   * Writes a line whatever `log_level` is: of a deletion, or of access. A log that leaves out warnings must still
   * tell who deleted what, and who may. Never throws.
   */
  always(level: LogLevel, msg: string, fields?: LogFields): void;
  /** The same log under another `module`. */
  child(module: string): Logger;
}
