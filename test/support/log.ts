/** A log that tests read. */

import type { Logger } from '../../shared/ports/logger.ts';
import type { LogLevel } from '../../shared/values/log-level.ts';

/** One line of the log. */
export interface LogLine {
  readonly level: LogLevel;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger that keeps its lines. */
export function memoryLog(): { readonly logger: Logger; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const logger: Logger = {
    enabled: () => true,
    log: (level, msg, fields) => {
      try {
        lines.push({ level, msg, ...fields });
      } catch {
        lines.push({ level, msg }); // a getter throws
      }
    },
    child: () => logger,
  };
  return { logger, lines };
}
