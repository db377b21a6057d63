/** This project as the real tests use it: its files, its README's commands. */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The project's folder. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Copies what a clone would have, uncommitted work included, into a new `folder`. */
export async function checkOut(folder: string): Promise<void> {
  const { stdout } = await execute('git', ['ls-files', '-z', '-co', '--exclude-standard'], {
    cwd: PROJECT,
    maxBuffer: 16 * 1024 * 1024,
  });
  for (const name of stdout.split('\0').filter(Boolean)) {
    await mkdir(join(folder, dirname(name)), { recursive: true });
    await copyFile(join(PROJECT, name), join(folder, name));
  }
}

/** The lines of a page's shell block that follows `<!-- test:NAME -->`, comments left out. */
export function documentedCommands(page: string, name: string): readonly string[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  const block = text.split(`<!-- test:${name} -->`)[1]?.match(/^\s*```sh\n(.*?)^```/ms)?.[1];
  if (block === undefined) throw new Error(`${page} has no sh block after <!-- test:${name} -->`);
  return block.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}

/** The README's commands after `<!-- test:NAME -->`. */
export const readmeCommands = (name: string) => documentedCommands('README.md', name);

/** The drop-ins under `# - TITLE` in the comment at the top of a unit. */
export function documentedDropIns(unit: string, title: string): readonly string[] {
  const text = readFileSync(join(PROJECT, unit), 'utf8');
  const [, after = ''] = text.split(`# - ${title}`);
  const [change = ''] = after.split(/^# - |^$/m);
  const blocks = change.match(/(?:^# {7}.*\n)+/gm);
  if (blocks === null) throw new Error(`${unit} has no drop-in under "${title}"`);
  return blocks.map((lines) => lines.replaceAll('#       ', ''));
}

/** Builds the service, as `npm start` does when it must. */
export function buildProject(): void {
  execFileSync('npm', ['run', '--silent', 'build', '--', '--if-stale'], {
    cwd: PROJECT,
    stdio: 'inherit',
  });
}
