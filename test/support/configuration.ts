/** Configurations of tests. */
import {
  type Configuration,
  parseConfiguration,
} from '../../shared/values/configuration/configuration.ts';

/** The configuration of a file with these sections, or of these variables. */
export function configurationOf(
  file: object,
  environment: Readonly<Record<string, string>> = {},
): Configuration {
  const { configuration, problems } = parseConfiguration({ file, environment });
  if (configuration === null) throw new Error(problems.join('\n'));
  return configuration;
}
