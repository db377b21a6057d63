/** Reads the configuration of a start command: config.json, the environment, files with secrets. */
import {
  type Configuration,
  configurationKeys,
  parseConfiguration,
  type SectionName,
} from '../../values/configuration/configuration.ts';
import {
  type AbsolutePath,
  bridgeSocketPaths,
  optionalPath,
  socketAt,
  withBridgePaths,
} from './bridge-paths.ts';
import { ConfigurationError } from './configuration-error.ts';
import { readNodeTokens } from './node-token-files.ts';
import { type CommandLine, longSocketPaths, readSources } from './sources.ts';

export interface LoadOptions extends CommandLine {
  /** The sections that this command uses; by default all. */
  readonly sections?: readonly SectionName[];
}

export interface LoadedConfiguration {
  /** All paths are absolute. */
  readonly configuration: Configuration;
  readonly warnings: readonly string[];
  /** The file that was read; null if there is none. */
  readonly path: string | null;
}

/**
 * Loads the configuration. A named file (`--config`, `IMAGE_API_CONFIG`) must exist; config.json in the
 * working directory may be missing.
 * @throws ConfigurationError with all problems
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const { sections } = options;
  const sources = readSources(options, { keys: configurationKeys(), used: sections });
  const { file, environment, path } = sources;
  const parsed = parseConfiguration({ file, environment, ...(sections && { sections }) });
  const problems = sources.allProblems(parsed.problems);
  if (parsed.configuration === null || problems.length > 0) {
    throw new ConfigurationError(problems, sources.warnings);
  }
  const warnings = [...sources.warnings, ...harborWarnings(parsed.configuration)];
  const withPaths = withAbsolutePaths(parsed.configuration, sources.at);
  const { configuration, problems: tokenProblems } = readNodeTokens(withPaths);
  const fileProblems = [...longSocketPaths(socketPaths(configuration)), ...tokenProblems];
  if (fileProblems.length > 0) throw new ConfigurationError(fileProblems, warnings);
  return { configuration, warnings, path };
}

/** Warns of settings that are allowed but rarely meant, if a Harbor is configured. */
function harborWarnings({ harbor_config }: Configuration): readonly string[] {
  const { harbor_host, harbor_username, harbor_password, verify_ssl } = harbor_config;
  if (harbor_host === null) return [];
  return [
    ...(harbor_username === ''
      ? ['harbor_config.harbor_username is empty: only public projects are listed']
      : []),
    ...(harbor_username !== '' && harbor_password === ''
      ? ['harbor_config.harbor_password is empty: Harbor will refuse the login']
      : []),
    ...(harbor_host.startsWith('https:') && !verify_ssl
      ? ["harbor_config.verify_ssl is false: Harbor's certificate is not checked"]
      : []),
  ];
}

/** The absolute paths of unix sockets, by their keys. */
function socketPaths(configuration: Configuration): Readonly<Record<string, string | null>> {
  const nodes = Object.entries(configuration.nodes_config.nodes).map(
    ([name, { bridge_url }]) =>
      [
        `nodes_config.nodes.${name}.bridge_url`,
        bridge_url.kind === 'unix' ? bridge_url.path : null,
      ] as const,
  );
  return { ...bridgeSocketPaths(configuration), ...Object.fromEntries(nodes) };
}

function withAbsolutePaths(configuration: Configuration, at: AbsolutePath): Configuration {
  const { harbor_config, delete_config, nodes_config } = configuration;
  const optional = (name: string, path: string | null) => optionalPath(at, name, path);
  const nodes = Object.entries(nodes_config.nodes).map(([name, node]) => [
    name,
    {
      ...node,
      bridge_url: socketAt(at, 'nodes_config.nodes', node.bridge_url),
      bridge_token_file: optional('nodes_config.nodes', node.bridge_token_file),
      bridge_ca_file: optional('nodes_config.nodes', node.bridge_ca_file),
    },
  ]);
  return {
    ...configuration,
    ...withBridgePaths(configuration, at),
    ignore_file_path: at('ignore_file_path', configuration.ignore_file_path),
    harbor_config: {
      ...harbor_config,
      ca_file: optional('harbor_config.ca_file', harbor_config.ca_file),
    },
    delete_config: {
      ...delete_config,
      journal_file: optional('delete_config.journal_file', delete_config.journal_file),
    },
    nodes_config: { ...nodes_config, nodes: Object.fromEntries(nodes) },
  };
}
