/** The settings for deliveries in the configuration. */

import type { Bridge } from '../../ports/bridge.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { registryNames } from '../images/registry-names.ts';
import type { DeliveryOptions } from './delivery.ts';

/** The options that follow from the configuration and its bridge. */
export function deliverySettings(
  configuration: Pick<Configuration, 'harbor_config' | 'webhook_config'>,
  bridge: Pick<Bridge, 'images' | 'containers'>,
): Pick<DeliveryOptions, 'images' | 'containers' | 'registries'> & {
  readonly notifyUrl: string | null;
  readonly notifySecret: string | null;
} {
  const { notify_url, notify_secret } = configuration.webhook_config;
  return {
    images: (options) => bridge.images(options),
    containers: (options) => bridge.containers(options),
    registries: registryNames(configuration),
    notifyUrl: notify_url,
    notifySecret: notify_secret,
  };
}
