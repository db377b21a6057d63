/** Parses the configuration for start commands, with problems as messages for the operator. */
import { problemLines } from './problem-lines.ts';
import { type ParseOptions, readConfiguration } from './read-configuration.ts';
import type { Configuration } from './schema.ts';

export type { BridgeUrl } from './address-values.ts';
export type { FunctionName } from './function-names.ts';
export { FUNCTION_NAMES } from './function-names.ts';
export { variableOf } from './keys.ts';
export type { NodesDns } from './node-values.ts';
export { SECRET_KEYS } from './problem-lines.ts';
export type { ParseOptions } from './read-configuration.ts';
export type { Configuration, SectionName } from './schema.ts';
export { configurationKeys } from './schema.ts';
export type { NamedToken } from './values.ts';

export interface ParsedConfiguration {
  /** The configuration; null when there are problems. */
  readonly configuration: Configuration | null;
  /** One line each: `section.key: what was expected`, and the value if it may be shown. */
  readonly problems: readonly string[];
}

/** Parses the file and the environment. Never throws. */
export function parseConfiguration(options: ParseOptions): ParsedConfiguration {
  const { configuration, problems: found } = readConfiguration(options);
  return { configuration, problems: problemLines(found) };
}
