/**
 * The last line of defence against secrets in the log: whatever a line is made of, the configured
 * secrets and the forms in which they travel are taken out of it. Web standard.
 */
import type { Configuration } from '../configuration/configuration.ts';

/** Shorter secrets are left: taking "a1" out of every line would leave no log. */
const MIN_LENGTH = 6;

export const REDACTED = '[secret]';

/** Every secret of the configuration, with the forms that are not derived from one secret alone. */
export function secretsOf(configuration: Configuration): readonly string[] {
  const { app_config, harbor_config, bridge_config, webhook_config } = configuration;
  const { harbor_username, harbor_password } = harbor_config;
  const { harbor_webhook_token, invoke_secret, notify_url, notify_secret } = webhook_config;
  const webhook = notify_url === null ? null : new URL(notify_url);
  return [
    ...[...app_config.read_token, ...app_config.write_token].map(({ token }) => token),
    harbor_password,
    // Basic credentials: base64 of the pair does not hold base64 of the password.
    harbor_password && `${harbor_username}:${harbor_password}`,
    bridge_config.bridge_token,
    harbor_webhook_token,
    // `Bearer abc`: the token alone is as secret as the whole value.
    harbor_webhook_token?.replace(/^\S+\s+/, ''),
    ...[...invoke_secret, notify_secret].flatMap((secret) => [
      secret,
      secret?.replace(/^whsec_/, ''),
    ]),
    notify_url,
    // Chat services keep their secret in the path; a short one is none and may be in many lines.
    webhook && webhook.pathname.length >= 16 ? webhook.pathname + webhook.search : null,
  ].flatMap((secret) => secret ?? []);
}

/**
 * Makes the function that takes `secrets` out of a text: as they are, escaped as in JSON, percent-encoded, in
 * base64 and base64url. In a line of JSON only content of strings changes, so it stays JSON.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= MIN_LENGTH).flatMap(formsOf));
  if (forms.size === 0) return (text) => text;
  // Longest first: of two secrets that begin alike the whole of the longer one must go.
  const sorted = [...forms].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(sorted.map(escapeForRegExp).join('|'), 'g');
  // Digits may be part of a number: there only digits keep the line JSON.
  return (text) =>
    text.replace(pattern, (found) =>
      /^[\d.eE+-]+$/.test(found) ? '9'.repeat(found.length) : REDACTED,
    );
}

function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, '');
  const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
  const inJson = JSON.stringify(secret).slice(1, -1);
  const lowerPercent = percent.replace(/%[\dA-F]{2}/g, (octet) => octet.toLowerCase());
  // Twice escaped: a JSON text, an error body for example, quoted inside a field.
  const twiceInJson = JSON.stringify(inJson).slice(1, -1);
  return [inJson, twiceInJson, percent, lowerPercent, base64, base64url];
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
