/** The packages of package-lock.json, and which of their licences are allowed. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; null if the package declares none. */
  readonly licence: string | null;
  /** Where it is installed, relative to the project's folder. */
  readonly folder: string;
  /** True if the service runs without it. */
  readonly isDev: boolean;
}

/** Licences that allow distribution inside another work, if their notices come with it. */
const FOR_PRODUCTION = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-0-Clause',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** The licences allowed for tools that are not distributed. */
const FOR_DEVELOPMENT = new Set([
  ...FOR_PRODUCTION,
  'MPL-2.0',
  'MIT OR Apache-2.0',
  '(MIT AND Zlib)',
]);

interface Lock {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly version?: string;
        readonly license?: string;
        readonly dev?: boolean;
        readonly devOptional?: boolean;
      }
    >
  >;
}

/** All packages but the project itself, in the order of their folders. */
export async function lockedPackages(root: string): Promise<readonly LockedPackage[]> {
  const text = await readFile(path.join(root, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as Lock;
  return Object.entries(packages)
    .filter(([folder]) => folder !== '')
    .map(([folder, { version = '', license = null, dev = false }]) => ({
      name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      licence: license,
      folder,
      isDev: dev,
    }));
}

/** One line for each package whose licence is not on the list. */
export function licenceProblems(packages: readonly LockedPackage[]): readonly string[] {
  return packages
    .filter(({ isDev, licence }) => {
      const allowed = isDev ? FOR_DEVELOPMENT : FOR_PRODUCTION;
      return licence === null || !allowed.has(licence);
    })
    .map(({ name, version, licence }) => `${name}@${version}: ${licence ?? 'no licence declared'}`);
}
