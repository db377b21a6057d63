/** The cases of the turns that deletions take (`RegistryDeletions.deleteInTurn`). */
import { describe, expect, it } from 'vitest';
import { RELEASES, WEB } from './registry-projects.ts';
import type { Open } from './registry-suite.ts';

export function turnCases(open: Open): void {
  describe('the turns of deletions', () => {
    const slow = async (steps: string[], name: string): Promise<string> => {
      steps.push(`${name} begins`);
      await new Promise<void>((resolve) => setImmediate(resolve));
      steps.push(`${name} ends`);
      return name;
    };

    it('come one after another in a repository, and return what their work does', async () => {
      const { session } = open();
      const steps: string[] = [];
      const turns = ['a', 'b'].map((name) => session.deleteInTurn(WEB, () => slow(steps, name)));
      expect(await Promise.all(turns)).toEqual(['a', 'b']);
      expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    });

    it('are those of all requests', async () => {
      const { registry, session } = open();
      const other = registry.session({ id: 'r2', signal: new AbortController().signal });
      const steps: string[] = [];
      await Promise.all([
        session.deleteInTurn(WEB, () => slow(steps, 'a')),
        other.deleteInTurn(WEB, () => slow(steps, 'b')),
      ]);
      expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    });

    it('do not wait for those of another repository', async () => {
      const { session } = open();
      const steps: string[] = [];
      await Promise.all([
        session.deleteInTurn(WEB, () => slow(steps, 'a')),
        session.deleteInTurn(RELEASES, () => slow(steps, 'b')),
      ]);
      expect(steps.slice(0, 2)).toEqual(['a begins', 'b begins']);
    });

    it('come after one that fails', async () => {
      const { session } = open();
      const failing = session.deleteInTurn(WEB, () => Promise.reject(new Error('failed')));
      const next = session.deleteInTurn(WEB, async () => 'next');
      await expect(failing).rejects.toThrow('failed');
      expect(await next).toBe('next');
    });
  });
}
