/** The secrets of the configuration, which must never appear in a log line or an answer. */
import type { Configuration } from '../../values/configuration/configuration.ts';
import { bridgeSecrets } from './bridge-secrets.ts';

/** Every secret of the configuration, and the combinations in which it is sent. */
export function secretsOf(configuration: Configuration): readonly string[] {
  const { harbor_config, nodes_config, webhook_config, ui_config } = configuration;
  const { harbor_username, harbor_password } = harbor_config;
  const { harbor_webhook_token, invoke_secret, notify_url, notify_secret } = webhook_config;
  const webhook = notify_url === null ? null : new URL(notify_url);
  return [
    ...bridgeSecrets(configuration),
    harbor_password,
    // Basic credentials: base64 of the pair does not contain base64 of the password.
    harbor_password && `${harbor_username}:${harbor_password}`,
    ...Object.values(nodes_config.nodes).map(({ bridge_token }) => bridge_token),
    harbor_webhook_token,
    // In `Bearer abc`, the token alone is as secret as the whole value.
    harbor_webhook_token?.replace(/^\S+\s+/, ''),
    ...[...invoke_secret, notify_secret].flatMap((secret) => [
      secret,
      secret?.replace(/^whsec_/, ''),
    ]),
    ui_config.session_key,
    notify_url,
    // URLs of chat services have their secret in the path. A short path is not one, and may be in many lines.
    webhook && webhook.pathname.length >= 16 ? webhook.pathname + webhook.search : null,
  ].flatMap((secret) => secret ?? []);
}
