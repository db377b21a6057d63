/** The sources of a start command's configuration: config.json, the environment, files with secrets. */
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LOCAL_WRITES_WARNING, renameOldKeys } from '../../values/configuration/aliases.ts';
import { type ConfigurationKey, variableOf } from '../../values/configuration/keys.ts';
import { unknownKeys } from '../../values/configuration/unknown-keys.ts';
import { readConfigFile } from './config-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { readSecretFiles } from './secret-files.ts';

/** The most bytes of a unix socket's path on Linux: `sun_path` has 108, with the NUL at its end. */
const MAX_SOCKET_PATH_BYTES = 107;

export interface CommandLine {
  /** The arguments after the script's name. The only option is `--config PATH`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

export interface ConfigurationSources {
  /** The content of the file, with the new names of keys. */
  readonly file: unknown;
  /** The environment, with the secrets of files. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly warnings: readonly string[];
  /** The problems of what was read, and of what was parsed of it. */
  allProblems(parsed: readonly string[]): readonly string[];
  /** The file that was read; null if there is none. */
  readonly path: string | null;
  /** Makes the path of a key, `section.key`, absolute. From the environment it is relative to the working directory. */
  at(name: string, path: string): string;
}

/**
 * Reads them. A named file (`--config`, `IMAGE_API_CONFIG`) must exist; config.json in the working directory may be
 * missing.
 * @param keys every key, of other programs too
 * @param used the sections that the command uses; by default all
 * @throws ConfigurationError if the file cannot be used
 */
export function readSources(
  { argv, env, cwd }: CommandLine,
  {
    keys,
    used,
  }: { readonly keys: readonly ConfigurationKey[]; readonly used?: readonly string[] | undefined },
): ConfigurationSources {
  const named = namedFile(argv) ?? (env['IMAGE_API_CONFIG'] || undefined);
  const path = resolve(cwd, named ?? 'config.json');
  const content = readConfigFile(path, named === undefined);
  const { file, warnings: renamed } = renameOldKeys(content === undefined ? {} : content, used);
  const secrets = readSecretFiles({ env, cwd, keys, used });
  const environment = { ...env, ...secrets.values };
  const unknown = unknownKeys(file, keys, used);
  const textsOf = (inNodes: boolean) =>
    unknown.flatMap(({ section, text }) => ((section === 'nodes_config') === inNodes ? text : []));
  const warnings = [...renamed, ...textsOf(false)];
  if (env['LOCAL_WRITES'] !== undefined && !warnings.includes(LOCAL_WRITES_WARNING)) {
    warnings.push(LOCAL_WRITES_WARNING);
  }
  const folder = content === undefined ? cwd : dirname(path);
  return {
    file,
    environment,
    warnings,
    // Guards would not know of a node whose key is misspelt, and let its images be deleted.
    allProblems: (parsed) => [...secrets.problems, ...parsed, ...textsOf(true)],
    path: content === undefined ? null : path,
    at: (name, own) => resolve(environment[variableOf(name)] === undefined ? folder : cwd, own),
  };
}

/** Problems of unix sockets whose absolute paths, by their keys, the system would cut without an error. */
export function longSocketPaths(paths: Readonly<Record<string, string | null>>): readonly string[] {
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
