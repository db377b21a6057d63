/**
 * Writes what a distribution of dist/ has to say about the packages in it: dist/sbom.cdx.json (CycloneDX, made
 * by npm) and dist/third-party-notices.txt. Both list every production package; a bundle contains some of them.
 */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type LockedPackage, licenceProblems, lockedPackages } from './packages.ts';

const execute = promisify(execFile);

const NOTICE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly unknown[];
}

interface Bom {
  readonly metadata: { readonly component: { readonly 'bom-ref': string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly {
    readonly ref: string;
    readonly dependsOn?: readonly string[];
  }[];
}

/** @throws Error that names each production package whose licence is not allowed */
export async function writeThirdParty(root: string): Promise<void> {
  const packages = (await lockedPackages(root)).filter(({ isDev }) => !isDev);
  const problems = licenceProblems(packages);
  if (problems.length > 0) throw new Error(`licences that are not allowed: ${problems.join('; ')}`);
  const [bom, notices] = await Promise.all([sbom(root, packages), noticesOf(root, packages)]);
  await mkdir(path.join(root, 'dist'), { recursive: true });
  await writeFile(path.join(root, 'dist/sbom.cdx.json'), bom);
  await writeFile(path.join(root, 'dist/third-party-notices.txt'), notices);
}

async function sbom(root: string, packages: readonly LockedPackage[]): Promise<string> {
  const options = [
    '--sbom-format',
    'cyclonedx',
    '--sbom-type',
    'application',
    '--package-lock-only',
  ];
  const { stdout } = await execute('npm', ['sbom', ...options], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bom = JSON.parse(stdout) as Bom;
  // `--omit dev` would also omit production packages that a tool may use (npm 11).
  const licences = new Map(packages.map((one) => [`${one.name}@${one.version}`, one.licence]));
  const components = bom.components.flatMap((component) => {
    const licence = licences.get(`${component.name}@${component.version}`);
    // npm leaves out what is no SPDX id.
    const licenses = component.licenses ?? [{ license: { name: licence } }];
    return licence === undefined ? [] : [{ ...component, licenses }];
  });
  const { component } = bom.metadata;
  const refs = new Set([component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const dependencies = bom.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) }));
  // npm gives the project the name of its folder.
  const metadata = { ...bom.metadata, component: { ...component, name: 'image-api' } };
  return `${JSON.stringify({ ...bom, metadata, components, dependencies }, null, 2)}\n`;
}

async function noticesOf(root: string, packages: readonly LockedPackage[]): Promise<string> {
  const texts = await Promise.all(packages.map((one) => noticeOf(root, one)));
  const head = 'This software contains the following packages, under the licences below.\n';
  const line = `\n${'-'.repeat(80)}\n\n`;
  return [head, ...texts.filter((text) => text !== null)].join(line);
}

/** Reads the notice of a package; null: it is not installed, because it is for another platform. */
async function noticeOf(
  root: string,
  { name, version, licence, folder }: LockedPackage,
): Promise<string | null> {
  const at = path.join(root, folder);
  const names = await readdir(at).catch(() => null);
  if (names === null) return null;
  const files = names.filter((file) => NOTICE_FILE.test(file)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(path.join(at, file), 'utf8')));
  return `${[`${name} ${version} (${licence})`, ...texts.map((text) => text.trim())].join('\n\n')}\n`;
}
