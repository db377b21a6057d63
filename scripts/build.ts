/**
 * `npm run build`: builds the start commands for Node into dist/start/, and each function into
 * dist/functions/ and dist/lambda/, with an SBOM and the notices of third parties. With `--if-stale` (`npm start`)
 * it builds the start commands only, and only if a source file is newer than the build.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFunctions } from './build-functions.ts';
import { buildStaleStarts, buildStarts } from './build-starts.ts';
import { writeThirdParty } from './supply/third-party.ts';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

if (process.argv.includes('--if-stale')) await buildStaleStarts(root);
else await Promise.all([buildStarts(root), buildFunctions(root), writeThirdParty(root)]);
