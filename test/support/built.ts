/** Vitest's global setup: builds the start commands, so that tests run what production runs. */
import { fileURLToPath } from 'node:url';
import { buildStaleStarts } from '../../scripts/build-starts.ts';

export default async function setup(): Promise<void> {
  await buildStaleStarts(fileURLToPath(new URL('../..', import.meta.url)));
}
