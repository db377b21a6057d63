/** The Debian that the systemd tests boot: made once by debootstrap, kept outside the project, never written to. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A release of Debian: bookworm has systemd 252, bullseye 247. */
export type Suite = 'bookworm' | 'bullseye';

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'sudo', 'curl'];

/** The folder of the base system; the first call on a machine takes about a minute. */
export async function baseSystem(suite: Suite): Promise<string> {
  const cache = process.env['IMAGE_API_TEST_CACHE'] ?? '/var/cache/image-api-test';
  const folder = join(cache, `${suite}-${PACKAGES.join('-')}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    const include = `--include=${PACKAGES.join(',')}`;
    await execute('debootstrap', [
      ...['--variant=minbase', include, suite, unfinished],
      await mirror(),
    ]);
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  return folder;
}

/** Where apt gets Debian from on this machine: the same mirror has other releases too. */
async function mirror(): Promise<string> {
  const { stdout } = await execute('apt-get', [
    ...['indextargets', '--format', '$(REPO_URI)'],
    ...['Created-By: Packages', 'Origin: Debian', 'Component: main'],
  ]);
  const [uri] = stdout.split('\n');
  if (!uri) throw new Error(`apt has no source of Debian: run apt-get update`);
  return uri;
}
