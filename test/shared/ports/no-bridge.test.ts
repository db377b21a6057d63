import { describe, expect, it } from 'vitest';
import { noBridge } from '../../../shared/ports/no-bridge.ts';

describe('noBridge', () => {
  it.each(['images', 'containers'] as const)('refuses %s and says what to set', async (kind) => {
    await expect(noBridge[kind]()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringMatching(
        /^No bridge is configured here: set bridge_config\.bridge_url/,
      ),
    });
  });

  it('is not configured and expects no runtime', () => {
    expect(noBridge.configured).toBe(false);
    expect(noBridge.runtimeExpected()).toBe(false);
  });
});
