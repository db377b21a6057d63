/** The logger of edge runtimes: lines of JSON on `console`. */

import type { Logger } from '../../ports/logger.ts';
import { escaped } from '../../values/escaped.ts';
import { LOG_LEVELS, type LogLevel } from '../../values/log-level.ts';
import { redactor } from '../../values/redactor.ts';
import { errorFields } from './error-fields.ts';

export interface ConsoleLoggerOptions {
  /** Removed from every line. */
  readonly secrets?: readonly string[];
}

/** A logger that writes lines of `level` and above. */
export function createConsoleLogger(level: LogLevel, options: ConsoleLoggerOptions = {}): Logger {
  const least = LOG_LEVELS.indexOf(level);
  const redact = redactor(options.secrets ?? []);
  const enabled = (asked: LogLevel) => LOG_LEVELS.indexOf(asked) >= least;
  const child = (module: string): Logger => {
    const always: Logger['log'] = (asked, msg, fields = {}) =>
      print(asked, escaped(redact(lineOf(asked, module, msg, fields))));
    return {
      enabled,
      child,
      always,
      log(asked, msg, fields) {
        if (enabled(asked)) always(asked, msg, fields);
      },
    };
  };
  return child('app');
}

function lineOf(level: LogLevel, module: string, msg: string, fields: object): string {
  const line = { time: new Date().toISOString(), level, module, msg };
  try {
    return JSON.stringify({ ...fields, ...line }, (key, value: unknown) =>
      key === 'err' ? errorFields(value) : typeof value === 'bigint' ? String(value) : value,
    );
  } catch {
    // The fields have a cycle or a getter that throws. The line is written without them.
    return JSON.stringify(line);
  }
}

function print(level: LogLevel, line: string): void {
  const write = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn' } as const;
  // biome-ignore lint/suspicious/noConsole: the console is the log of an edge runtime.
  console[level in write ? write[level as keyof typeof write] : 'error'](line);
}
