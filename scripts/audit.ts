/**
 * `npm run audit`: checks the signatures of the installed packages with the registry's keys, and the locked
 * versions against the advisories of OSV (https://osv.dev). Exits with 1 if something is found. A check that
 * cannot be made from here is named as such, and is not a success.
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { knownVulnerabilities } from './supply/osv.ts';
import { lockedPackages } from './supply/packages.ts';

const execute = promisify(execFile);
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const TIMEOUT_MS = 20_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Tells whether nothing was found. */
async function signatures(): Promise<boolean> {
  try {
    const { stdout } = await execute('npm', ['audit', 'signatures'], {
      cwd: root,
      timeout: TIMEOUT_MS,
    });
    say(stdout.trim());
    return true;
  } catch (err) {
    const { stdout = '', stderr = '' } = err as { stdout?: string; stderr?: string };
    const found = /invalid|missing|tampered/i.test(stdout);
    const why = stderr.match(/^npm (?:error|ERR!) (.*)$/m)?.[1] ?? 'no answer in time';
    say(found ? stdout.trim() : `The signatures could not be checked: ${why}`);
    return !found;
  }
}

async function advisories(): Promise<boolean> {
  const packages = await lockedPackages(root);
  try {
    const found = await knownVulnerabilities(packages, { fetch, timeoutMs: TIMEOUT_MS });
    say(`OSV knows ${found.length} advisories for ${packages.length} packages.`);
    found.forEach(say);
    return found.length === 0;
  } catch (err) {
    const { message, cause } = err as Error;
    const why = cause instanceof Error ? cause.message : message;
    say(`The advisories could not be checked: ${why}`);
    return true;
  }
}

const results = [await signatures(), await advisories()];
process.exitCode = results.every(Boolean) ? 0 : 1;
