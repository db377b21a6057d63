/** The start-up line that says who can read and who can delete. It names no token. */

import type { Configuration } from '../configuration/configuration.ts';
import { readsAreOpen } from '../http/access.ts';

export function describeAccess({
  app_config,
  webhook_config,
}: Pick<Configuration, 'app_config' | 'webhook_config'>): string {
  const { read_token, write_token, local_socket } = app_config;
  const read = readsAreOpen(app_config)
    ? 'anyone who reaches the service can read (read_token limits it)'
    : read_token.length > 0
      ? 'reading needs a token'
      : 'reading is refused (public_reads is false and no read_token is set)';
  const writers = [
    ...(write_token.length > 0 ? ['holders of a write_token'] : []),
    ...(local_socket === null ? [] : [`root and the service's user over ${local_socket}`]),
    ...(webhook_config.invoke_secret.length > 0 ? ['holders of an invoke_secret'] : []),
  ];
  return writers.length > 0
    ? `${read}; these can delete: ${writers.join(', ')}`
    : `${read}; nobody can delete (write_token or local_socket allows it)`;
}
