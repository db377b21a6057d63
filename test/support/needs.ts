/** Requirements that not every machine meets. */
import type { TestContext } from 'vitest';

/** Skips the test if `isThere` is false, and says why. In CI, where nothing may be missing, it fails. */
export function needs(context: TestContext, what: string, isThere: boolean): void {
  if (isThere) return;
  if (process.env['CI']) throw new Error(`CI has no ${what}`);
  process.stderr.write(`skipped: needs ${what}\n`);
  context.skip(`needs ${what}`);
}
