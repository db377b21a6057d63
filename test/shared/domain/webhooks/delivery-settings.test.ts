import { describe, expect, it } from 'vitest';
import { deliverySettings } from '../../../../shared/domain/webhooks/delivery-settings.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import { configurationOf } from '../../../support/configuration.ts';

describe('deliverySettings', () => {
  it('says which key to set when no bridge is configured', async () => {
    const { images } = deliverySettings(configurationOf({}), noBridge);
    await expect(images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('bridge_config.bridge_url'),
    });
  });
});
