/** Harbor with one of its parts down, as it was recorded. */
import { type Answer, ApiError } from './answer.ts';
import { type ApiCall, refuse } from './call.ts';
import { health, systemInfo } from './system.ts';

/**
 * What is down: the core (nginx answers HTML 502), the database, the database for the lookup of
 * projects only (a lock), or Redis.
 */
export type Outage = 'core' | 'database' | 'project-lookup' | 'redis';

/** The page of the web framework that 2.8 answers without Redis. */
export const REDIS_DOWN: Answer = {
  status: 503,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html>\n<html lang="en">\n<head><title>Service Unavailable</title></head>\n<body><h1>Service Unavailable</h1></body>\n</html>\n',
};

/** The answer that the outage makes of this call; null when it does not matter to it. */
export function answerInOutage(call: ApiCall, outage: Outage | null): Answer | null {
  const path = call.path.slice('/api/v2.0/'.length);
  if (outage === 'database') return withoutDatabase(call, path);
  if (outage === 'project-lookup') return withoutProjects(call, path);
  return null;
}

function withoutDatabase(call: ApiCall, path: string): Answer | null {
  if (path === 'ping') return null;
  if (path === 'health') return health(['database']);
  if (path === 'systeminfo') return systemInfo({ ...call, caller: null });
  if (call.personality.databaseErrorHidden && path.startsWith('projects/')) refuse(null);
  throw internal();
}

/** The login works, then the permission check fails: it looks like missing rights. */
function withoutProjects(call: ApiCall, path: string): Answer | null {
  if (!path.startsWith('projects')) return null;
  if (path === 'projects' || !call.personality.databaseErrorHidden) throw internal();
  const isProjectRobot = call.caller?.robot !== undefined && call.caller.robot.projects !== '*';
  return refuse(isProjectRobot ? null : call.caller);
}

function internal(): ApiError {
  return new ApiError(500, 'UNKNOWN', 'internal server error');
}
