/** What every start command does around its parts: configuration, log, signals, exit codes. */
import type { Configuration, SectionName } from '../configuration/configuration.ts';
import type { Logger } from '../log/logger.ts';
import { secretsOf } from '../log/redaction.ts';
import { Problem } from '../problem.ts';
import { ConfigurationError } from './configuration/configuration-error.ts';
import { type LoadedConfiguration, loadConfiguration } from './configuration/load-configuration.ts';
import { openLog } from './log/log.ts';

/** sysexits.h, EX_CONFIG: trying again without a change is pointless. */
const EXIT_CONFIGURATION = 78;
const EXIT_FAILURE = 1;

/** What a start command builds its parts from. */
export interface ProcessParts {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly environment: NodeJS.ProcessEnv;
}

export interface ProcessOptions {
  /** The sections of the configuration that the command uses; by default all. */
  readonly sections?: readonly SectionName[];
  /** The arguments after the script's name; by default the process's. */
  readonly argv?: readonly string[];
  /** Wins over the process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration, opens the log, runs `start`, and on SIGTERM or SIGINT stops what it
 * started. Exits with 78 when the configuration is wrong, with 1 when the start fails.
 * @param start builds and starts the parts; returns how to stop them
 */
export async function runProcess(
  name: string,
  start: (parts: ProcessParts) => Promise<() => Promise<void>>,
  options: ProcessOptions = {},
): Promise<void> {
  const { sections, argv = process.argv.slice(2) } = options;
  const environment = { ...process.env, ...options.environment };
  let loaded: LoadedConfiguration;
  try {
    loaded = loadConfiguration({
      argv,
      env: environment,
      cwd: process.cwd(),
      ...(sections && { sections }),
    });
  } catch (err) {
    if (!(err instanceof ConfigurationError)) throw err;
    for (const line of [...err.warnings, ...err.problems]) process.stderr.write(`${line}\n`);
    process.exit(EXIT_CONFIGURATION);
  }
  const { configuration, warnings } = loaded;
  const log = await openLog({
    app_config: configuration.app_config,
    secrets: secretsOf(configuration),
  }).catch((err: Error) => {
    process.stderr.write(`${err.message}\n`);
    process.exit(EXIT_CONFIGURATION);
  });
  const logger = log.logger.child(name);
  const leave = async (code: number) => {
    await log.close();
    process.exit(code);
  };
  const fail = (msg: string) => (err: unknown) => {
    logger.log('CRITICAL', msg, { err });
    if (!process.stderr.isTTY) process.stderr.write(`${msg}: ${(err as Error)?.message ?? err}\n`);
    void leave(EXIT_FAILURE);
  };
  process.once('uncaughtException', fail('the process failed'));
  for (const warning of warnings) logger.log('WARNING', warning);
  try {
    const stop = await start({ configuration, logger, environment });
    const onSignal = (signal: NodeJS.Signals) => {
      logger.log('WARNING', `stopping on ${signal}`);
      stop().then(() => leave(0), fail('the stop failed'));
    };
    process.once('SIGTERM', onSignal);
    process.once('SIGINT', onSignal);
  } catch (err) {
    if (err instanceof Problem && err.code === 'invalid_configuration') {
      logger.log('CRITICAL', err.message);
      process.stderr.write(`${err.message}\n`);
      return leave(EXIT_CONFIGURATION);
    }
    fail('the start failed')(err);
  }
}
