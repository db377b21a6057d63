/** Folders of tests, and what is done when something is no longer needed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';

/** Registers what is to be done when something is no longer needed. */
export type AtEnd = (end: () => void | Promise<void>) => void;

/** What is registered is done after the tests of the file or `describe`, the last first, also if their setup fails. */
export function atEndOfTests(): AtEnd {
  const ends: (() => void | Promise<void>)[] = [];
  afterAll(async () => {
    for (const end of ends) await end();
  });
  return (end) => void ends.unshift(end);
}

/** A folder that goes away with the test. */
export function testFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
