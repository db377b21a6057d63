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

interface Bom {
  readonly metadata: { readonly component: object };
}

/** @throws Error that names each production package whose licence is not allowed */
export async function writeThirdParty(root: string): Promise<void> {
  const packages = (await lockedPackages(root)).filter(({ isDev }) => !isDev);
  const problems = licenceProblems(packages);
  if (problems.length > 0) throw new Error(`licences that are not allowed: ${problems.join('; ')}`);
  const [bom, notices] = await Promise.all([sbom(root), noticesOf(root, packages)]);
  await mkdir(path.join(root, 'dist'), { recursive: true });
  await writeFile(path.join(root, 'dist/sbom.cdx.json'), bom);
  await writeFile(path.join(root, 'dist/third-party-notices.txt'), notices);
}

async function sbom(root: string): Promise<string> {
  const kind = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev'];
  const options = [...kind, '--package-lock-only'];
  const { stdout } = await execute('npm', ['sbom', ...options], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  const bom = JSON.parse(stdout) as Bom;
  // npm gives the project the name of its folder.
  const component = { ...bom.metadata.component, name: 'image-api' };
  return `${JSON.stringify({ ...bom, metadata: { ...bom.metadata, component } }, null, 2)}\n`;
}

async function noticesOf(root: string, packages: readonly LockedPackage[]): Promise<string> {
  const texts = await Promise.all(packages.map((one) => noticeOf(root, one)));
  const head = 'This software contains the following packages, under the licences below.\n';
  const line = `\n${'-'.repeat(80)}\n\n`;
  return [head, ...texts.filter((text) => text !== null)].join(line);
}

/** Null: it is not installed, because it is for another platform. */
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
