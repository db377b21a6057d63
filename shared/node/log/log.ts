/** The log of a process: lines of JSON to a rotating file, to stderr, or to both. */

import { pino } from 'pino';
import { errorFields } from '../../adapters/log/error-fields.ts';
import type { Logger } from '../../ports/logger.ts';
import type { BridgeConfiguration } from '../../values/configuration/bridge-schema.ts';
import { escaped } from '../../values/escaped.ts';
import type { LogLevel } from '../../values/log-level.ts';
import { redactor } from '../../values/redactor.ts';
import { ConfigurationError } from '../configuration/configuration-error.ts';
import { userName } from '../system/user-name.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { claimLogFolder } from './log-folder.ts';

type AppConfig = BridgeConfiguration['app_config'];

export interface LogOptions {
  /** `log_file` is an absolute path; empty: stderr only. */
  readonly app_config: AppConfig;
  /** Removed from every line (`secretsOf` of the configuration). */
  readonly secrets?: readonly string[];
  /** True if lines go to stderr as well; by default in a terminal, under systemd and with `app_debug`. */
  readonly stderr?: boolean;
  /** Is called for each line that the file will never have. */
  readonly onLineLost?: () => void;
}

export interface Log {
  readonly logger: Logger;
  /** Opens the current file of `log_file` again, for logrotate (SIGHUP). */
  reopen(): Promise<void>;
  /** Writes the last lines; later ones go to stderr. Does not reject. */
  close(): Promise<void>;
}

/** Python's numbers. Only their order matters here. */
const LEVELS = { DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 } satisfies Record<
  LogLevel,
  number
>;

/**
 * Opens the log of this process.
 * @throws ConfigurationError if `log_file` cannot be written, with the path and the user
 */
export async function openLog(options: LogOptions): Promise<Log> {
  const { app_config } = options;
  const { log_file } = app_config;
  const redact = redactor(options.secrets ?? []);
  const lines = { file: null as LogFile | null, stderr: log_file === '' || toStderr(options) };

  const root = pino<LogLevel>(
    {
      base: null,
      level: 'CRITICAL',
      customLevels: LEVELS,
      useOnlyCustomLevels: true,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: (err: unknown) => errorFields(err) },
    },
    {
      write(line: string) {
        const text = `${escaped(redact(line.trimEnd()))}\n`;
        lines.file?.write(text);
        if (lines.stderr || lines.file === null) process.stderr.write(text);
      },
    },
  );
  // Set here because pino, given the level as an option, changes the names that it knows to lower case.
  root.level = app_config.app_debug ? 'DEBUG' : app_config.log_level;
  const logger = adapt(root, 'app');
  if (log_file !== '') lines.file = await openFile(options, logger);
  return {
    logger,
    reopen: async () => lines.file?.reopen(),
    async close() {
      const { file } = lines;
      lines.file = null;
      await file?.close();
    },
  };
}

function adapt(root: pino.Logger<LogLevel>, module: string): Logger {
  const own = root.child({ module });
  const all = root.child({ module });
  all.level = 'DEBUG';
  const writeTo =
    (lines: pino.Logger<LogLevel>): Logger['log'] =>
    (level, msg, fields = {}) => {
      try {
        lines[level](fields, msg);
      } catch (err) {
        // Fields that cannot be written must not fail the request.
        lines.ERROR({ err, unwritten: msg }, 'a log line could not be written');
      }
    };
  return {
    enabled: (level) => own.isLevelEnabled(level),
    log: writeTo(own),
    always: writeTo(all),
    child: (name) => adapt(root, name),
  };
}

async function openFile(
  { app_config, onLineLost = () => undefined }: LogOptions,
  logger: Logger,
): Promise<LogFile> {
  const { log_file: path, log_max_bytes: maxBytes, log_backup_count: backupCount } = app_config;
  try {
    const file = await openLogFile({
      path,
      // As in Python's RotatingFileHandler: zero for either means no rotation.
      rotation: maxBytes > 0 && backupCount > 0 ? { maxBytes, backupCount } : null,
      onLost: onLineLost,
      onFailure: (err) =>
        say(`cannot write the log ${path}, trying again each second: ${err.message}`),
      onRecovery: (lost) => {
        say(`the log ${path} works again; ${lost} lines were lost`);
        logger.log('WARNING', 'the log works again', { lost_lines: lost });
      },
      onRestored: () => say(`the log ${path} was removed while in use and has been created again`),
    });
    const other = claimLogFolder(path);
    if (other !== null) {
      say(
        `process ${other} writes to ${path} too, and rotation by both can lose lines; give each its own log_file`,
      );
    }
    return file;
  } catch (err) {
    const why = err instanceof Error ? err.message : String(err);
    throw new ConfigurationError([
      `app_config.log_file: ${path} cannot be written by user ${userName()}: ${why}`,
    ]);
  }
}

/** Messages about the log itself cannot be logged, so they go to stderr. */
function say(text: string): void {
  process.stderr.write(`image-api: ${text}\n`);
}

function toStderr({ app_config, stderr }: LogOptions): boolean {
  // systemd sets both for a unit whose output goes to the journal.
  const { JOURNAL_STREAM, INVOCATION_ID } = process.env;
  const systemd = JOURNAL_STREAM !== undefined || INVOCATION_ID !== undefined;
  return stderr ?? (app_config.app_debug || process.stderr.isTTY === true || systemd);
}
