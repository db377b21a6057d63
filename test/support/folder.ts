/** Folders of tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Registers what is to be done when something is no longer needed. */
export type AtEnd = (end: () => void | Promise<void>) => void;

/** A folder that goes away with the test. */
export function testFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
