/** The configuration of a bridge. Sections of other programs are not read, and neither are their secrets. */
import { bridgeSocketPaths, withBridgePaths } from '../shared/node/configuration/bridge-paths.ts';
import { ConfigurationError } from '../shared/node/configuration/configuration-error.ts';
import {
  type CommandLine,
  longSocketPaths,
  readSources,
} from '../shared/node/configuration/sources.ts';
import { halfPairs, plaintextBridges } from '../shared/values/configuration/bridge-problems.ts';
import {
  BRIDGE_SECTIONS,
  type BridgeConfiguration,
  TOP_LEVEL,
} from '../shared/values/configuration/bridge-schema.ts';
import { keysOf } from '../shared/values/configuration/keys.ts';
import { problemLines } from '../shared/values/configuration/problem-lines.ts';
import { createSectionReader } from '../shared/values/configuration/section-reader.ts';

/** The keys of all programs, to tell those of others from misspelt ones. A test compares them with the schema. */
export const ALL_KEYS = keysOf({
  '': Object.keys(TOP_LEVEL.shape),
  app_config: Object.keys(BRIDGE_SECTIONS.app_config.shape),
  harbor_config: words(
    'harbor_host harbor_username harbor_password verify_ssl ca_file harbor_timeout_ms',
    'harbor_concurrency harbor_max_rows registry_aliases',
  ),
  crictl_config: Object.keys(BRIDGE_SECTIONS.crictl_config.shape),
  delete_config: words('delete_guard journal_file'),
  cleanup_config: words('policies'),
  bridge_config: Object.keys(BRIDGE_SECTIONS.bridge_config.shape),
  nodes_config: words(
    'nodes nodes_dns node_timeout_ms node_concurrency node_max_stale_ms max_age_ms',
  ),
  webhook_config: words('harbor_webhook_token invoke_secret notify_url notify_secret'),
  ui_config: words('enabled session_key session_hours'),
  metrics_config: words('refresh_ms max_age_ms'),
  router_config: words('function_urls function_timeout_ms'),
});

function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(' '));
}

/** @throws ConfigurationError with all problems */
export function loadBridgeConfiguration(commandLine: CommandLine): {
  /** All paths are absolute. */
  readonly configuration: BridgeConfiguration;
  readonly warnings: readonly string[];
} {
  const used = Object.keys(BRIDGE_SECTIONS);
  const sources = readSources(commandLine, { keys: ALL_KEYS, used });
  const { problems: found, read } = createSectionReader(sources);
  read('', TOP_LEVEL);
  const app_config = read('app_config', BRIDGE_SECTIONS.app_config);
  const crictl_config = read('crictl_config', BRIDGE_SECTIONS.crictl_config);
  const bridge_config = read('bridge_config', BRIDGE_SECTIONS.bridge_config);
  const { bridge_url } = bridge_config;
  found.push(
    ...halfPairs(bridge_config),
    ...plaintextBridges(bridge_config, { 'bridge_config.bridge_url': bridge_url }),
  );
  const problems = sources.allProblems(problemLines(found));
  if (problems.length > 0) throw new ConfigurationError(problems, sources.warnings);
  const paths = withBridgePaths({ app_config, bridge_config }, sources.at);
  const configuration = { ...paths, crictl_config };
  const tooLong = longSocketPaths(bridgeSocketPaths(configuration));
  if (tooLong.length > 0) throw new ConfigurationError(tooLong, sources.warnings);
  return { configuration, warnings: sources.warnings };
}
