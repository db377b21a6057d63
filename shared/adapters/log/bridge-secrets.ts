/** The secrets of the sections that a bridge reads, which must never appear in a log line or an answer. */
import type { BridgeConfiguration } from '../../values/configuration/bridge-schema.ts';

export function bridgeSecrets({
  app_config,
  bridge_config,
}: Pick<BridgeConfiguration, 'app_config' | 'bridge_config'>): readonly string[] {
  const tokens = [...app_config.read_token, ...app_config.write_token].map(({ token }) => token);
  return [...tokens, bridge_config.bridge_token].flatMap((secret) => secret ?? []);
}
