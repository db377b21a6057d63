/** Reads the configuration of a start command: config.json, the environment, files that hold secrets. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_WRITES_WARNING, renameOldKeys } from '../../configuration/aliases.ts';
import {
  type Configuration,
  configurationKeys,
  parseConfiguration,
  SECRET_KEYS,
  type SectionName,
} from '../../configuration/configuration.ts';
import { unknownKeys } from '../../configuration/unknown-keys.ts';
import { findJsonError } from './json-error.ts';

/** The start cannot go on: each problem is a line for stderr, the exit code is 78 (EX_CONFIG). */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  /** What was worth a warning until then, one line each. */
  readonly warnings: readonly string[];

  constructor(problems: readonly string[], warnings: readonly string[] = []) {
    super(problems.join('\n'));
    this.problems = problems;
    this.warnings = warnings;
  }
}

export interface LoadOptions {
  /** The arguments after the script's name; only `--config PATH` is known as an option. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The sections that this command uses; by default all. */
  readonly sections?: readonly SectionName[];
}

export interface LoadedConfiguration {
  /** Paths in it are absolute. */
  readonly configuration: Configuration;
  readonly warnings: readonly string[];
  /** The file that was read; null when there is none. */
  readonly path: string | null;
}

/**
 * Loads the configuration. A file that was named (`--config`, `IMAGE_API_CONFIG`) must exist;
 * config.json in the working directory need not.
 * @throws ConfigurationError with every problem found
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const { env, cwd, sections } = options;
  const named = namedFile(options.argv) ?? (env['IMAGE_API_CONFIG'] || undefined);
  const path = resolve(cwd, named ?? 'config.json');
  const text = readConfigFile(path, named === undefined);
  const renamed = renameOldKeys(text === null ? {} : parseJson(text, path), sections);
  const secrets = readSecretFiles(options);
  const parsed = parseConfiguration({
    file: renamed.file,
    environment: { ...env, ...secrets.values },
    ...(sections && { sections }),
  });
  const warnings = [...renamed.warnings, ...unknownKeys(renamed.file, sections)];
  if (env['LOCAL_WRITES'] !== undefined && !warnings.includes(LOCAL_WRITES_WARNING)) {
    warnings.push(LOCAL_WRITES_WARNING);
  }
  const problems = [...secrets.problems, ...parsed.problems];
  if (parsed.configuration === null || problems.length > 0) {
    throw new ConfigurationError(problems, warnings);
  }
  const { harbor_host, verify_ssl } = parsed.configuration.harbor_config;
  if (harbor_host?.startsWith('https:') && !verify_ssl) {
    warnings.push("harbor_config.verify_ssl is false: Harbor's certificate is not checked");
  }
  const folder = text === null ? cwd : dirname(path);
  // What the environment says is not inside the file: its paths are the caller's.
  const base = (key: string) => (env[key.toUpperCase()] === undefined ? folder : cwd);
  const configuration = withAbsolutePaths(parsed.configuration, base);
  return { configuration, warnings, path: text === null ? null : path };
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
    throw new ConfigurationError([messageOf(err)]);
  }
}

function readConfigFile(path: string, mayBeMissing: boolean): string | null {
  try {
    // Editors on Windows put a byte order mark before the text.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (err) {
    if (mayBeMissing && codeOf(err) === 'ENOENT') return null;
    throw new ConfigurationError([`${path}: cannot be read (${codeOf(err) ?? messageOf(err)})`]);
  }
}

function parseJson(text: string, path: string): unknown {
  const error = findJsonError(text);
  if (error === null) return JSON.parse(text);
  const { line, column, expected } = error;
  throw new ConfigurationError([
    `${path}: line ${line}, column ${column}: not valid JSON, expected ${expected}`,
  ]);
}

/** The secrets that `NAME_FILE` variables point to, as if they stood in `NAME`. */
function readSecretFiles({ env, cwd, sections }: LoadOptions) {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const { section, key } of configurationKeys()) {
    const name = key.toUpperCase();
    const file = env[`${name}_FILE`];
    const used = sections?.some((one) => one === section) ?? true;
    if (file === undefined || !SECRET_KEYS.has(key) || !used) continue;
    if (env[name] !== undefined) {
      problems.push(`${section}.${key}: ${name} and ${name}_FILE are both set; keep one`);
      continue;
    }
    try {
      values[name] = readFileSync(resolve(cwd, file), 'utf8').replace(/\r?\n$/, '');
    } catch (err) {
      const why = codeOf(err) ?? messageOf(err);
      problems.push(`${section}.${key}: ${name}_FILE, ${file}, cannot be read (${why})`);
    }
  }
  return { values, problems };
}

function withAbsolutePaths(
  configuration: Configuration,
  base: (key: string) => string,
): Configuration {
  const { app_config, harbor_config, bridge_config } = configuration;
  const at = (key: string, path: string) => resolve(base(key), path);
  const optional = (key: string, path: string | null) => (path === null ? null : at(key, path));
  const socket = <T extends { readonly kind: string }>(key: string, address: T): T =>
    'path' in address && typeof address.path === 'string'
      ? { ...address, path: at(key, address.path) }
      : address;
  const { bridge_url } = bridge_config;
  return {
    ...configuration,
    ignore_file_path: at('ignore_file_path', configuration.ignore_file_path),
    app_config: {
      ...app_config,
      // Empty means stderr only, and is no path.
      log_file: app_config.log_file && at('log_file', app_config.log_file),
      local_socket: optional('local_socket', app_config.local_socket),
    },
    harbor_config: { ...harbor_config, ca_file: optional('ca_file', harbor_config.ca_file) },
    bridge_config: {
      ...bridge_config,
      bridge_url: bridge_url && socket('bridge_url', bridge_url),
      bridge_listen: socket('bridge_listen', bridge_config.bridge_listen),
      bridge_tls_cert: optional('bridge_tls_cert', bridge_config.bridge_tls_cert),
      bridge_tls_key: optional('bridge_tls_key', bridge_config.bridge_tls_key),
      bridge_ca_file: optional('bridge_ca_file', bridge_config.bridge_ca_file),
    },
  };
}

function codeOf(err: unknown): string | undefined {
  return err instanceof Error && 'code' in err ? String(err.code) : undefined;
}

const messageOf = (err: unknown) => (err instanceof Error ? err.message : String(err));
