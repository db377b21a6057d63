/** The texts that are hashed during a test: tokens are compared by their hashes, which have one length. */
import { onTestFinished, vi } from 'vitest';

/** Records them from now on. @returns those so far, sorted */
export function hashedTexts(): () => readonly string[] {
  const digest = vi.spyOn(crypto.subtle, 'digest');
  onTestFinished(() => digest.mockRestore());
  const textOf = (data: unknown) => new TextDecoder().decode(data as Uint8Array);
  return () => digest.mock.calls.map(([, data]) => textOf(data)).toSorted();
}
