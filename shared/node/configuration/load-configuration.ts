/** Reads the configuration of a start command: config.json, the environment, files with secrets. */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_WRITES_WARNING, renameOldKeys } from '../../values/configuration/aliases.ts';
import {
  type Configuration,
  parseConfiguration,
  type SectionName,
  variableOf,
} from '../../values/configuration/configuration.ts';
import { unknownKeys } from '../../values/configuration/unknown-keys.ts';
import { readConfigFile } from './config-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { readNodeTokens } from './node-token-files.ts';
import { readSecretFiles } from './secret-files.ts';

/** The most bytes of a unix socket's path on Linux: `sun_path` has 108, with the NUL at its end. */
const MAX_SOCKET_PATH_BYTES = 107;

export interface LoadOptions {
  /** The arguments after the script's name. The only option is `--config PATH`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
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
  const { env, cwd, sections } = options;
  const named = namedFile(options.argv) ?? (env['IMAGE_API_CONFIG'] || undefined);
  const path = resolve(cwd, named ?? 'config.json');
  const content = readConfigFile(path, named === undefined);
  const renamed = renameOldKeys(content === undefined ? {} : content, sections);
  const secrets = readSecretFiles(options);
  const environment = { ...env, ...secrets.values };
  const parsed = parseConfiguration({
    file: renamed.file,
    environment,
    ...(sections && { sections }),
  });
  const unknown = unknownKeys(renamed.file, sections);
  const textsOf = (inNodes: boolean) =>
    unknown.flatMap(({ section, text }) => ((section === 'nodes_config') === inNodes ? text : []));
  const warnings = [...renamed.warnings, ...textsOf(false)];
  if (env['LOCAL_WRITES'] !== undefined && !warnings.includes(LOCAL_WRITES_WARNING)) {
    warnings.push(LOCAL_WRITES_WARNING);
  }
  // Guards would not know of a node whose key is misspelt, and let its images be deleted.
  const problems = [...secrets.problems, ...parsed.problems, ...textsOf(true)];
  if (parsed.configuration === null || problems.length > 0) {
    throw new ConfigurationError(problems, warnings);
  }
  warnings.push(...harborWarnings(parsed.configuration));
  const folder = content === undefined ? cwd : dirname(path);
  // Paths from the environment are relative to the working directory, not to the file.
  const base = (name: string) => (environment[variableOf(name)] === undefined ? folder : cwd);
  const withPaths = withAbsolutePaths(parsed.configuration, base);
  const { configuration, problems: tokenProblems } = readNodeTokens(withPaths);
  const fileProblems = [...longSocketPaths(configuration), ...tokenProblems];
  if (fileProblems.length > 0) throw new ConfigurationError(fileProblems, warnings);
  return { configuration, warnings, path: content === undefined ? null : path };
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

/** Problems of unix sockets whose absolute paths the system would cut without an error. */
function longSocketPaths(configuration: Configuration): readonly string[] {
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
  return Object.entries(paths).flatMap(([name, path]) => {
    const bytes = path === null ? 0 : Buffer.byteLength(path);
    return bytes > MAX_SOCKET_PATH_BYTES
      ? `${name}: expected a path of at most ${MAX_SOCKET_PATH_BYTES} bytes, got ${bytes} as an absolute path`
      : [];
  });
}

function namedFile(argv: readonly string[]): string | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' } },
      allowPositionals: true,
    });
    if (values.config === '') throw new Error("Option '--config' needs a path");
    return values.config;
  } catch (err) {
    throw new ConfigurationError([err instanceof Error ? err.message : String(err)]);
  }
}

/** @param base the folder that the paths of a key, `section.key`, are relative to */
function withAbsolutePaths(
  configuration: Configuration,
  base: (name: string) => string,
): Configuration {
  const { app_config, harbor_config, delete_config, bridge_config, nodes_config } = configuration;
  const at = (name: string, path: string) => resolve(base(name), path);
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
