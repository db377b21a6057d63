/**
 * Waits until the service of this configuration answers: `ExecStartPost=` of the units. Exits with 1 if
 * the service ends or does not answer in time.
 */
import '../shared/node/system/no-debugger.ts';
import { waitUntilLive } from '../shared/node/http/wait-until-live.ts';

const options = { argv: process.argv.slice(2), env: process.env, cwd: process.cwd() };
process.exitCode = (await waitUntilLive(options)) ? 0 : 1;
