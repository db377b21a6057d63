/** Runs a start command of the service. */
import { secretsOf } from '../adapters/log/redaction.ts';
import type { Metrics } from '../ports/metrics/metrics.ts';
import type { Configuration, SectionName } from '../values/configuration/configuration.ts';
import { loadConfiguration } from './configuration/load-configuration.ts';
import { createProcessMetrics, type ObservedPart } from './metrics/process-metrics.ts';
import { type ProgramOptions, type ProgramParts, runProgram } from './program.ts';

export interface ProcessOptions extends ProgramOptions {
  /** The sections of the configuration that the command uses; by default all. */
  readonly sections?: readonly SectionName[];
  /** The parts that its metrics tell of; by default functions and crictl. */
  readonly observed?: readonly ObservedPart[];
}

/**
 * Runs `start` as `runProgram` does.
 * @param start builds and starts the parts; returns how to stop them
 */
export function runProcess(
  name: string,
  start: (parts: ProgramParts<Configuration, Metrics>) => Promise<() => Promise<void>>,
  { sections, observed, ...options }: ProcessOptions = {},
): Promise<void> {
  const program = {
    load: (commandLine: Parameters<typeof loadConfiguration>[0]) =>
      loadConfiguration({ ...commandLine, ...(sections && { sections }) }),
    secretsOf,
    metrics: createProcessMetrics(observed),
    start,
  };
  return runProgram(name, program, options);
}
