/**
 * `npm run build`: the start commands and the bridge for Node into dist/start/, and each function on
 * its own into dist/functions/ and dist/lambda/. With `--if-stale` the start commands alone, and
 * only when a source file is newer than what was built (`npm start`).
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions } from './build-functions.ts';
import { buildStaleStarts, buildStarts } from './build-starts.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

if (process.argv.includes('--if-stale')) await buildStaleStarts(root);
else await Promise.all([buildStarts(root), buildFunctions(root)]);
