/**
 * Plans a cleanup of the registry by a policy of the configuration, and applies the plan if CLEANUP_APPLY is
 * true: the program of image-api-cleanup.service. It calls the service, and deletes nothing itself. Exits with 1
 * if something failed or was refused, and with 78 if the settings are wrong.
 */

import '../shared/node/system/no-debugger.ts';
import { CleanupRefused, createCleanupClient } from '../shared/node/cleanup/cleanup-client.ts';
import { cleanupSettings } from '../shared/node/cleanup/cleanup-settings.ts';
import { runCleanup } from '../shared/node/cleanup/run-cleanup.ts';
import { ConfigurationError } from '../shared/node/configuration/configuration-error.ts';
import { escaped } from '../shared/values/escaped.ts';

const EXIT_CONFIGURATION = 78; // sysexits.h

async function main(): Promise<number> {
  const { target, ...settings } = cleanupSettings({
    argv: process.argv.slice(2),
    env: process.env,
    cwd: process.cwd(),
  });
  const client = createCleanupClient(target);
  const print = (line: string) => void process.stdout.write(`${escaped(line)}\n`);
  try {
    return (await runCleanup({ ...settings, client, print })) ? 0 : 1;
  } finally {
    await client.close();
  }
}

try {
  process.exitCode = await main();
} catch (err) {
  const lines =
    err instanceof ConfigurationError
      ? [...err.warnings, ...err.problems]
      : [err instanceof Error ? err.message : String(err)];
  for (const line of lines) process.stderr.write(`${escaped(line)}\n`);
  const isUnknownPolicy = err instanceof CleanupRefused && err.code === 'not_found';
  process.exitCode = err instanceof ConfigurationError || isUnknownPolicy ? EXIT_CONFIGURATION : 1;
}
