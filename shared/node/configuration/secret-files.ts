/**
 * Secrets in files: `NAME_FILE` names a file (Kubernetes secrets), and systemd writes those of
 * `LoadCredential=` to the folder `$CREDENTIALS_DIRECTORY` (systemd.exec(5), since systemd 247).
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigurationKey } from '../../values/configuration/keys.ts';
import { SECRET_KEYS } from '../../values/configuration/problem-lines.ts';
import { codeOf } from '../system/error-code.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A file that may contain a secret. */
interface SecretFile {
  /** The setting that names the file, for messages. */
  readonly source: string;
  readonly path: string;
  readonly mayBeMissing: boolean;
}

/**
 * Reads the files of secrets, as values of `NAME`, without one trailing newline. `NAME` and `NAME_FILE` win
 * over a credential.
 * @param options `keys`: every key; `used`: the sections in use, files of others are not opened
 */
export function readSecretFiles(options: {
  readonly env: Environment;
  readonly cwd: string;
  readonly keys: readonly ConfigurationKey[];
  readonly used?: readonly string[] | undefined;
}): {
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
} {
  const { env, cwd, keys, used } = options;
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const { section, key, variable: name } of keys) {
    if (!SECRET_KEYS.has(key) || used?.includes(section) === false) continue;
    const file = env[`${name}_FILE`];
    if (env[name] !== undefined) {
      if (file === undefined) continue;
      problems.push(`${section}.${key}: ${name} and ${name}_FILE are both set; remove one`);
      continue;
    }
    const files =
      file === undefined
        ? credentialsOf([name, key], options)
        : [{ source: `${name}_FILE`, path: resolve(cwd, file), mayBeMissing: false }];
    for (const { source, path, mayBeMissing } of files) {
      try {
        values[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
      } catch (err) {
        if (mayBeMissing && codeOf(err) === 'ENOENT') continue;
        const why = codeOf(err) ?? String(err);
        problems.push(`${section}.${key}: ${source}, ${path}, cannot be read (${why})`);
      }
    }
  }
  return { values, problems };
}

/** @param names that a credential may have: the variable of its key, or the key as in config.json */
function credentialsOf(
  names: readonly string[],
  { env, cwd }: { readonly env: Environment; readonly cwd: string },
): readonly SecretFile[] {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) return [];
  return names.map((name) => ({
    source: `the credential ${name}`,
    path: resolve(cwd, folder, name),
    mayBeMissing: true,
  }));
}
