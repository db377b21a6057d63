/** Harbor's information about itself. */
import { type Answer, json } from './answer.ts';
import type { ApiCall } from './call.ts';

/** GET /systeminfo: with a login it has more fields. */
export function systemInfo(call: ApiCall): Answer {
  const { caller, personality, registry } = call;
  const open = {
    auth_mode: 'db_auth',
    ...personality.systemInfo,
    ...(personality.openVersion ? { harbor_version: personality.version } : {}),
    primary_auth_mode: false,
    self_registration: false,
  };
  if (caller === null) return json(open);
  const host = call.header('host') ?? 'localhost';
  return json({
    ...open,
    ...personality.systemInfoLoggedIn,
    current_time: new Date().toISOString(),
    external_url: `http://${host}`,
    harbor_version: personality.version,
    has_ca_root: false,
    notification_enable: true,
    project_creation_restriction: 'everyone',
    read_only: registry.readOnly,
    registry_storage_provider_name: 'filesystem',
    registry_url: host,
  });
}
