/** The logger interface that all parts use. Implementations: shared/node/log.ts (files), edge console. */

/** Python's level names, lowest first: the operator of the old service knows them. */
export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields of one log line beside `time, level, module, msg`. Values are JSON; `err` may be an Error. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** Whether a line of this level would be written: ask before building costly fields. */
  enabled(level: LogLevel): boolean;
  /** Writes one line; never throws. */
  log(level: LogLevel, msg: string, fields?: LogFields): void;
  /** The same log under another `module`. */
  child(module: string): Logger;
}
