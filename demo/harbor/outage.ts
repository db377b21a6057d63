/** Harbor with one of its parts down, as it was recorded. */
import { type Answer, ApiError } from './answer.ts';
import { type ApiCall, type Handler, refuse } from './call.ts';
import type { SubQuery } from './faults.ts';
import { systemInfo } from './system.ts';

/** A table of Harbor's database. */
type Table =
  | 'repository'
  | 'artifact'
  | 'tag'
  | 'project_metadata'
  | 'harbor_user'
  | 'immutable_tag_rule';

/**
 * What is down: the core (nginx answers HTML 502), the database, the database for the lookup of
 * projects only (a lock), Redis, or one table of the database, which cannot be read.
 */
export type Outage = 'core' | 'database' | 'project-lookup' | 'redis' | { readonly table: Table };

/** The page of the web framework that 2.8 answers without Redis. */
export const REDIS_DOWN: Answer = {
  status: 503,
  headers: { 'Content-Type': 'text/html; charset=utf-8' },
  body: '<!DOCTYPE html>\n<html lang="en">\n<head><title>Service Unavailable</title></head>\n<body><h1>Service Unavailable</h1></body>\n</html>\n',
};

/** The calls below `/api/v2.0/` that fail without the table. */
const NEEDS: Readonly<Record<Table, RegExp>> = {
  repository: /^(repositories|statistics|projects\/.+)$/,
  artifact: /\/artifacts(\/|$)/,
  tag: /\/artifacts(\/|$)/,
  project_metadata: /^(projects|repositories|statistics)(\/|$)/,
  harbor_user: /^projects$/,
  immutable_tag_rule: /\/immutabletagrules$/,
};

/** The sub-query whose error Harbor swallows when it cannot read the table. */
const SWALLOWED: Readonly<Partial<Record<Table, SubQuery>>> = {
  repository: 'repo_count',
  artifact: 'artifact_count',
  immutable_tag_rule: 'immutable',
};

/** The answer of the call's handler, or the answer during the outage. */
export function answerInOutage(call: ApiCall, outage: Outage | null, handler: Handler): Answer {
  const path = call.path.slice('/api/v2.0/'.length);
  if (outage === 'database') return withoutDatabase(call, path);
  if (outage === 'project-lookup') withoutProjects(call, path);
  if (typeof outage === 'object' && outage !== null) {
    return handler(withoutTable(call, path, outage.table));
  }
  return handler(call);
}

/** Tells whether the outage makes every login fail. */
export function failsLogins(outage: Outage | null): boolean {
  return outage === 'database' || (typeof outage === 'object' && outage?.table === 'harbor_user');
}

function withoutDatabase(call: ApiCall, path: string): Answer {
  if (path === 'systeminfo') return systemInfo(call);
  if (needsLogin(call, path)) refuse(null);
  if (call.personality.databaseErrorHidden && path.startsWith('projects/')) refuse(null);
  throw internal();
}

/** Calls that check the login before they read anything else from the database. */
function needsLogin(call: ApiCall, path: string): boolean {
  if (path === 'projects') return call.method === 'HEAD';
  return path === 'statistics';
}

/** The login works, then the permission check fails: it looks like missing rights. */
function withoutProjects(call: ApiCall, path: string): void {
  if (!path.startsWith('projects')) return;
  if (path === 'projects' || !call.personality.databaseErrorHidden) throw internal();
  const isProjectRobot = call.caller?.robot !== undefined && call.caller.robot.projects !== '*';
  refuse(isProjectRobot ? null : call.caller);
}

function withoutTable(call: ApiCall, path: string, table: Table): ApiCall {
  if (NEEDS[table].test(path) && call.method !== 'HEAD') throw internal();
  // Harbor looks for a rule before each deletion, in projects without rules too.
  if (table === 'immutable_tag_rule' && call.method === 'DELETE') throw internal();
  return {
    ...call,
    fails: (query, row) => query === SWALLOWED[table] || call.fails(query, row),
  };
}

function internal(): ApiError {
  return new ApiError(500, 'UNKNOWN', 'internal server error');
}
