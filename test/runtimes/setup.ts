/** Builds what is deployed; a function past its budget fails here. Start commands that are fresh stay: others may use them. */
import { buildFunctions } from '../../scripts/build-functions.ts';
import { buildStaleStarts } from '../../scripts/build-starts.ts';
import { ROOT } from './platforms.ts';

export default async function setup(): Promise<void> {
  await Promise.all([buildStaleStarts(ROOT), buildFunctions(ROOT)]);
}
