/** TypeScript programs as one file, which Node starts several times as fast as tsx does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll } from 'vitest';
import { NODE_BUILD } from '../../scripts/build-starts.ts';

/** Builds a program for the tests of this file. @returns the path of what was built */
export async function buildProgram(source: URL): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-program-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'program.mjs');
  await build({ ...NODE_BUILD, entryPoints: [fileURLToPath(source)], outfile });
  return outfile;
}
