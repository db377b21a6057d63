/** The common part of all start commands: memory, configuration, log, signals, exit codes. */
import { setFlagsFromString } from 'node:v8';
import type { Logger } from '../ports/logger.ts';
import type { BaseMetrics } from '../ports/metrics/base-metrics.ts';
import type { Tracer } from '../ports/tracing/tracer.ts';
import type { BridgeConfiguration } from '../values/configuration/bridge-schema.ts';
import { Problem } from '../values/problem.ts';
import { ConfigurationError } from './configuration/configuration-error.ts';
import type { CommandLine } from './configuration/sources.ts';
import { openLog } from './log/log.ts';
import { loadTracing } from './tracing/load-tracing.ts';

/**
 * How far the old generation of the heap grows before it is collected. With V8's own default, which depends on the
 * memory of the machine, a reading of a thousand nodes every few seconds fills 500 MB of which 120 MB are in use.
 */
const HEAP_GROWING_PERCENT = 50;

/** sysexits.h, EX_CONFIG: a restart without a change does not help. */
const EXIT_CONFIGURATION = 78;
const EXIT_FAILURE = 1;

/** The section that every program has. */
type CommonConfiguration = Pick<BridgeConfiguration, 'app_config'>;

/** The metrics that every program has. */
type CommonMetrics = Pick<BaseMetrics, 'count'>;

/** The input of a start command. */
export interface ProgramParts<Configuration, Metrics> {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracer: Tracer;
  readonly environment: NodeJS.ProcessEnv;
}

/** The parts that differ from program to program. */
export interface Program<Configuration, Metrics> {
  /** Loads its configuration. @throws ConfigurationError */
  load(commandLine: CommandLine): {
    readonly configuration: Configuration;
    readonly warnings: readonly string[];
  };
  /** The secrets, which are removed from every line of the log. */
  secretsOf(configuration: NoInfer<Configuration>): readonly string[];
  readonly metrics: Metrics;
  /** Builds and starts the parts. @returns how to stop them */
  start(parts: ProgramParts<Configuration, Metrics>): Promise<() => Promise<void>>;
}

export interface ProgramOptions {
  /** The arguments after the script's name; by default the process's. */
  readonly argv?: readonly string[];
  /** Wins over the process's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Reads the configuration, opens the log, runs `program.start`, and stops on SIGTERM or SIGINT. A second signal has
 * no effect; a third ends the process immediately. SIGHUP reopens the log. Exits with 78 if the
 * configuration is wrong, and with 1 if the start fails.
 */
export async function runProgram<C extends CommonConfiguration, M extends CommonMetrics>(
  name: string,
  program: Program<C, M>,
  options: ProgramOptions = {},
): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  const { argv = process.argv.slice(2) } = options;
  const environment = { ...process.env, ...options.environment };
  // If the reader of stderr ends (a closed terminal, `| head`), the service must continue.
  process.stderr.on('error', () => undefined);
  const commandLine = { argv, env: environment, cwd: process.cwd() };
  const { configuration, warnings } = loadOrExit(() => program.load(commandLine));
  const { app_config } = configuration;
  const { metrics } = program;
  const log = await openLog({
    app_config,
    secrets: program.secretsOf(configuration),
    onLineLost: () => metrics.count('image_api_log_lines_dropped_total', {}),
  }).catch((err: Error) => exitConfiguration([err.message]));
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
  process.on('SIGHUP', () => void log.reopen());
  for (const warning of warnings) logger.log('WARNING', warning);
  const service = name === 'image-api' ? name : `image-api-${name}`;
  const tracing = loadTracing(environment, { service, logger });
  const started = tracing.then(({ tracer }) =>
    program.start({ configuration, logger, metrics, tracer, environment }),
  );
  onStopSignals((signal) => {
    logger.log('WARNING', `stopping on ${signal}`);
    const ended = async (stop: () => Promise<void>) => {
      await stop();
      await (await tracing).close();
    };
    const stopped = started.then((stop) =>
      ended(stop).then(() => leave(0), fail('the stop failed')),
    );
    stopped.catch(() => undefined); // the start failed, which is reported below
  });
  await started.catch((err: unknown) => {
    if (!(err instanceof Problem) || err.code !== 'invalid_configuration') {
      return fail('the start failed')(err);
    }
    logger.log('CRITICAL', err.message);
    process.stderr.write(`${err.message}\n`);
    return leave(EXIT_CONFIGURATION);
  });
}

function loadOrExit<Loaded>(load: () => Loaded): Loaded {
  try {
    return load();
  } catch (err) {
    if (!(err instanceof ConfigurationError)) throw err;
    return exitConfiguration([...err.warnings, ...err.problems]);
  }
}

function exitConfiguration(lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exit(EXIT_CONFIGURATION);
}

/** Ctrl-C on `npm start` sends two signals, so the second has no effect. */
function onStopSignals(stop: (signal: NodeJS.Signals) => void): void {
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals === 1) stop(signal);
    if (signals === 3) process.exit(EXIT_FAILURE);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
