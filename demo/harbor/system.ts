/** Harbor's information about itself and about the caller. */
import { type Answer, ApiError, apiError, empty, json, jsonText } from './answer.ts';
import { type ApiCall, refuse } from './call.ts';

const COMPONENTS = ['core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl'];

/** GET /ping: text, or JSON if the caller accepts only JSON (from 2.14 on). */
export function ping(call: ApiCall): Answer {
  const accept = call.header('accept') ?? '*/*';
  if (/\*\/\*|text\/(plain|\*)/.test(accept)) {
    return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'Pong' };
  }
  if (call.personality.jsonPing) return jsonText('"Pong"');
  const message =
    'validation failure list:\nunsupported media type requested, only [text/plain] are available';
  const refusal = apiError(422, 'UNPROCESSABLE_ENTITY', message);
  if (call.header('authorization') !== undefined) return refusal;
  const headers = { ...refusal.headers, 'Www-Authenticate': 'Basic realm="API"' };
  return { ...refusal, headers };
}

/** GET /health: always 200, the state is in the body. */
export function health(unhealthy: readonly string[] = []): Answer {
  const components = COMPONENTS.map((name) =>
    unhealthy.includes(name)
      ? { error: `failed to reach the ${name}`, name, status: 'unhealthy' }
      : { name, status: 'healthy' },
  );
  return json({ components, status: unhealthy.length > 0 ? 'unhealthy' : 'healthy' });
}

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

/** GET /users/current: not for robots. */
export function currentUser(call: ApiCall): Answer {
  const { caller } = call;
  if (caller === null) refuse(caller);
  if (caller.kind === 'robot') {
    const message = 'get current user not available for security context: robot';
    throw new ApiError(412, 'PRECONDITION', message);
  }
  const isAdmin = caller.kind === 'admin';
  const time = '2026-01-12T08:00:00.000Z';
  return json({
    admin_role_in_auth: false,
    ...(isAdmin ? { comment: 'admin user' } : {}),
    creation_time: time,
    ...(isAdmin ? {} : { email: `${caller.name}@example.test` }),
    realname: caller.name,
    sysadmin_flag: isAdmin,
    update_time: time,
    user_id: isAdmin ? 1 : 3,
    username: caller.name,
  });
}

/** GET /users/current/permissions: without a scope an empty list, but a login is needed. */
export function currentPermissions(call: ApiCall): Answer {
  if (call.caller === null) refuse(call.caller);
  if (!call.query.has('scope')) return json([]);
  throw new ApiError(501, 'NOT_IMPLEMENTED', 'the stand-in knows no scopes');
}

/** PUT /configurations, of which only `read_only` is supported. */
export function configure(call: ApiCall): Answer {
  if (call.caller?.kind !== 'admin') refuse(call.caller);
  const wanted: unknown = JSON.parse(call.body || '{}');
  if (typeof wanted === 'object' && wanted !== null && 'read_only' in wanted) {
    call.registry.readOnly = wanted.read_only === true;
  }
  return empty();
}
