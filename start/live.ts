/**
 * Waits until the service of this configuration serves: `ExecStartPost=` of the unit. Exit code 1
 * when it ends, or does not answer in time.
 */
import { waitUntilLive } from '../shared/node/http/wait-until-live.ts';

const options = { argv: process.argv.slice(2), env: process.env, cwd: process.cwd() };
process.exitCode = (await waitUntilLive(options)) ? 0 : 1;
