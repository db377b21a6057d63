/** Reads the configuration of a start command: config.json, the environment, files with secrets. */
import {
  type Configuration,
  configurationKeys,
  parseConfiguration,
  type SectionName,
} from '../../values/configuration/configuration.ts';
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

/** What is allowed but rarely meant, if a Harbor is configured. */
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
  const { app_config, bridge_config, nodes_config } = configuration;
  const { bridge_url, bridge_listen } = bridge_config;
  const paths: Record<string, string | null> = {
    'app_config.local_socket': app_config.local_socket,
    'bridge_config.bridge_url': bridge_url?.kind === 'unix' ? bridge_url.path : null,
    'bridge_config.bridge_listen': bridge_listen.kind === 'unix' ? bridge_listen.path : null,
  };
  for (const [name, node] of Object.entries(nodes_config.nodes)) {
    if (node.bridge_url.kind !== 'unix') continue;
    paths[`nodes_config.nodes.${name}.bridge_url`] = node.bridge_url.path;
  }
  return paths;
}

/** @param at makes the path of a key absolute */
function withAbsolutePaths(
  configuration: Configuration,
  at: (name: string, path: string) => string,
): Configuration {
  const { app_config, harbor_config, delete_config, bridge_config, nodes_config } = configuration;
  const optional = (name: string, path: string | null) => (path === null ? null : at(name, path));
  const socket = <T extends { readonly kind: string }>(name: string, address: T): T =>
    'path' in address && typeof address.path === 'string'
      ? { ...address, path: at(name, address.path) }
      : address;
  const { bridge_url } = bridge_config;
  const nodes = Object.entries(nodes_config.nodes).map(([name, node]) => [
    name,
    {
      ...node,
      bridge_url: socket('nodes_config.nodes', node.bridge_url),
      bridge_token_file: optional('nodes_config.nodes', node.bridge_token_file),
      bridge_ca_file: optional('nodes_config.nodes', node.bridge_ca_file),
    },
  ]);
  return {
    ...configuration,
    ignore_file_path: at('ignore_file_path', configuration.ignore_file_path),
    app_config: {
      ...app_config,
      // An empty value is not a path; it means stderr only.
      log_file: app_config.log_file && at('app_config.log_file', app_config.log_file),
      local_socket: optional('app_config.local_socket', app_config.local_socket),
    },
    harbor_config: {
      ...harbor_config,
      ca_file: optional('harbor_config.ca_file', harbor_config.ca_file),
    },
    delete_config: {
      ...delete_config,
      journal_file: optional('delete_config.journal_file', delete_config.journal_file),
    },
    bridge_config: {
      ...bridge_config,
      bridge_url: bridge_url && socket('bridge_config.bridge_url', bridge_url),
      bridge_listen: socket('bridge_config.bridge_listen', bridge_config.bridge_listen),
      bridge_tls_cert: optional('bridge_config.bridge_tls_cert', bridge_config.bridge_tls_cert),
      bridge_tls_key: optional('bridge_config.bridge_tls_key', bridge_config.bridge_tls_key),
      bridge_ca_file: optional('bridge_config.bridge_ca_file', bridge_config.bridge_ca_file),
    },
    nodes_config: { ...nodes_config, nodes: Object.fromEntries(nodes) },
  };
}
