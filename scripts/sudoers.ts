/**
 * `npm run --silent sudoers [USER] [-- --config PATH]`: prints the sudoers drop-in for the crictl
 * calls of this configuration on this host. USER is the user of the bridge; by default the current user.
 */
import '../shared/node/system/no-debugger.ts';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { crictlArgumentLists, crictlFinder } from '../bridge/crictl-command.ts';
import { thisHost } from '../bridge/host.ts';
import { sudoersDropIn } from '../bridge/sudoers-drop-in.ts';
import { ConfigurationError } from '../shared/node/configuration/configuration-error.ts';
import { loadConfiguration } from '../shared/node/configuration/load-configuration.ts';
import { changeableByOthers } from './root-alone.ts';

function printDropIn(argv: string[]): void {
  const { configuration, warnings } = loadConfiguration({
    argv,
    env: process.env,
    cwd: process.cwd(),
    sections: ['crictl_config'],
  });
  for (const warning of warnings) process.stderr.write(`${warning}\n`);
  const options = { config: { type: 'string' } } as const;
  const user = parseArgs({ args: argv, options, allowPositionals: true }).positionals[0];
  const { crictl_config } = configuration;
  const crictlPath = crictlFinder(crictl_config, thisHost()).get();
  refuseIfNotRoots(crictlPath);
  if (user !== undefined && !isKnown(user)) {
    process.stderr.write(`${user} is not in /etc/passwd. Check the name.\n`);
  }
  const dropIn = sudoersDropIn({
    user: user ?? ownName(),
    crictlPath,
    argumentLists: crictlArgumentLists(crictl_config, { host: thisHost(), crictlPath }),
  });
  process.stdout.write(dropIn);
}

/** A user who can change what sudo runs can become root. @throws Error if that is not only root */
function refuseIfNotRoots(crictlPath: string): void {
  const step = changeableByOthers(crictlPath);
  if (step === null) return;
  throw new Error(
    `${step}, which ${crictlPath} leads through, can be changed by others than root, and the rule ` +
      'would let them become root; chown it to root and chmod it to 755 first.',
  );
}

/** Users of a directory service are not known here. */
function isKnown(user: string): boolean {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return user.startsWith('#') || lines.some((line) => line.startsWith(`${user}:`));
}

function ownName(): string {
  const { uid, username } = userInfo();
  if (uid !== 0) return username;
  throw new Error('root needs no sudo: name the user who runs the bridge (npm run sudoers USER)');
}

try {
  printDropIn(process.argv.slice(2));
} catch (err) {
  process.stderr.write(`${err instanceof Error ? err.message : err}\n`);
  process.exitCode = err instanceof ConfigurationError ? 78 : 1;
}
