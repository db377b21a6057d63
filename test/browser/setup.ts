/** Vitest's global setup: says which package is missing before any test fails for it. */
import { chromiumPath } from './chromium.ts';

export default function setup(): void {
  chromiumPath();
}
