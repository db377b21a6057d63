/** A log that tests read. */

import type { Logger } from '../../shared/ports/logger.ts';
import { LOG_LEVELS, type LogLevel } from '../../shared/values/log-level.ts';

/** One line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger that keeps its lines of `least` and above. */
export function memoryLog(least: LogLevel = 'DEBUG'): {
  readonly logger: Logger;
  readonly lines: LogLine[];
} {
  const lines: LogLine[] = [];
  const enabled = (level: LogLevel) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
  const always: Logger['log'] = (level, msg, fields) => {
    try {
      lines.push({ level, msg, ...fields });
    } catch {
      lines.push({ level, msg }); // a getter throws
    }
  };
  const logger: Logger = {
    enabled,
    log(level, msg, fields) {
      if (enabled(level)) always(level, msg, fields);
    },
    always,
    child: () => logger,
  };
  return { logger, lines };
}
