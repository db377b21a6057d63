/** The part of the start-up line about who can read, who can delete, and the pages. It contains no token. */

import { readsAreOpen } from '../http/access.ts';
import type { Configuration } from '../values/configuration/configuration.ts';

export function describeAccess({
  app_config,
  webhook_config,
}: Pick<Configuration, 'app_config' | 'webhook_config'>): string {
  const { read_token, write_token, local_socket } = app_config;
  const read = readsAreOpen(app_config)
    ? 'everyone who can reach the service can read (set read_token to limit this)'
    : read_token.length + write_token.length > 0
      ? 'reads need a token'
      : 'reads are refused (public_reads is false and read_token is not set)';
  const writers = [
    ...(write_token.length > 0 ? ['holders of a write_token'] : []),
    ...(local_socket === null ? [] : [`root and the service's user over ${local_socket}`]),
    ...(webhook_config.invoke_secret.length > 0 ? ['holders of an invoke_secret'] : []),
  ];
  return writers.length > 0
    ? `${read}; deletes are allowed for ${writers.join(', ')}`
    : `${read}; nobody can delete (set write_token or local_socket to allow it)`;
}

/** Tells whether there are pages, and how long a login lasts. */
export function describePages({
  app_config,
  ui_config,
}: Pick<Configuration, 'app_config' | 'ui_config'>): string {
  if (!ui_config.enabled) return 'no pages (ui_config.enabled is false)';
  const { read_token, write_token, public_url } = app_config;
  const address = `${public_url === null ? '' : new URL(public_url).origin}/ui`;
  if (read_token.length + write_token.length === 0) return `pages at ${address}`;
  const hours = `${ui_config.session_hours} h`;
  return ui_config.session_key === null
    ? `pages at ${address}; a login lasts ${hours}, or until this process ends (set session_key to keep logins)`
    : `pages at ${address}; a login lasts ${hours}`;
}
