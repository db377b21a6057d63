import { describe, expect, it } from 'vitest';
import { noBridge } from '../../../shared/host/no-bridge.ts';
import { deliverySettings } from '../../../shared/webhooks/delivery-settings.ts';
import { configurationOf } from '../../support/configuration.ts';

describe('deliverySettings', () => {
  it.each([
    ['https://harbor.example.test/base', ['harbor.example.test', 'mirror:5000']],
    ['harbor.example.test:8443', ['harbor.example.test:8443', 'mirror:5000']],
    ['', ['mirror:5000']],
  ])('names the registry by harbor_host %j and its aliases', (harbor_host, expected) => {
    const configuration = configurationOf({
      harbor_config: { harbor_host },
      webhook_config: { registry_aliases: ['mirror:5000'] },
    });
    expect(deliverySettings(configuration, noBridge).registries).toEqual(expected);
  });

  it('says which key to set when no bridge is configured', async () => {
    const { images } = deliverySettings(configurationOf({}), noBridge);
    await expect(images()).rejects.toMatchObject({
      code: 'bridge_unavailable',
      message: expect.stringContaining('bridge_config.bridge_url'),
    });
  });
});
