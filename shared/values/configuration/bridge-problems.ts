/** Problems of keys of `bridge_config` that belong together. */
import { type BridgeUrl, isPlaintextElsewhere } from './address-values.ts';
import type { BridgeConfiguration } from './bridge-schema.ts';
import type { ConfigurationProblem } from './section-reader.ts';

type BridgeConfig = BridgeConfiguration['bridge_config'];

/** A certificate without its key, or the other way round. */
export function halfPairs(bridge_config: BridgeConfig): readonly ConfigurationProblem[] {
  const { bridge_tls_cert, bridge_tls_key } = bridge_config;
  if ((bridge_tls_cert === null) === (bridge_tls_key === null)) return [];
  const [set, missing] = bridge_tls_key === null ? ['cert', 'key'] : ['key', 'cert'];
  return [
    {
      name: `bridge_config.bridge_tls_${missing}`,
      message: `expected a path, because bridge_tls_${set} is set`,
    },
  ];
}

/**
 * Bridges whose token would cross a network unencrypted.
 * @param addresses by key
 */
export function plaintextBridges(
  { bridge_allow_plaintext }: BridgeConfig,
  addresses: Readonly<Record<string, BridgeUrl | null>>,
): readonly ConfigurationProblem[] {
  if (bridge_allow_plaintext) return [];
  const message =
    'expected https, or http to loopback (to allow http elsewhere, set bridge_allow_plaintext)';
  return Object.entries(addresses).flatMap(([name, address]) =>
    address !== null && isPlaintextElsewhere(address) ? { name, message } : [],
  );
}
