/** What the configuration says about taking deliveries. */
import type { Configuration } from '../configuration/configuration.ts';
import type { Bridge } from '../host/bridge.ts';
import { Problem } from '../problem.ts';
import type { DeliveryOptions, DeliveryTaker } from './delivery.ts';

/** The options that follow from the configuration and its bridge. */
export function deliverySettings(
  configuration: Pick<Configuration, 'harbor_config' | 'webhook_config'>,
  bridge: Bridge | null,
): Pick<DeliveryOptions, 'images' | 'registries' | 'notifyUrl' | 'notifySecret'> {
  const { notify_url, notify_secret } = configuration.webhook_config;
  return {
    images: (options) => (bridge === null ? noBridge() : bridge.images(options)),
    registries: registryNames(configuration),
    notifyUrl: notify_url,
    notifySecret: notify_secret,
  };
}

/** The registry's names in image references: `harbor_host` and `registry_aliases`. */
function registryNames({
  harbor_config: { harbor_host },
  webhook_config: { registry_aliases },
}: Pick<Configuration, 'harbor_config' | 'webhook_config'>): readonly string[] {
  return harbor_host === null ? registry_aliases : [new URL(harbor_host).host, ...registry_aliases];
}

/** For apps without an endpoint that takes deliveries. */
export const NO_DELIVERIES: DeliveryTaker = {
  take: () => Promise.reject(new Error('this app takes no deliveries')),
};

async function noBridge(): Promise<never> {
  const detail = 'No bridge is configured; set bridge_config.bridge_url.';
  throw new Problem('bridge_unavailable', detail);
}
