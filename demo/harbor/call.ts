/** One request to Harbor's API as its handlers see it, and their common first steps. */
import { type Login, may } from './access.ts';
import { type Answer, ApiError, jsonText } from './answer.ts';
import type { Deletion } from './deletions.ts';
import type { SubQuery } from './faults.ts';
import type { Project, Right } from './model.ts';
import { escapePath } from './nginx.ts';
import type { Personality } from './personality.ts';
import { readPage } from './query.ts';
import type { Registry } from './registry.ts';

export interface ApiCall {
  readonly method: string;
  readonly registry: Registry;
  readonly personality: Personality;
  readonly caller: Login;
  /** Decoded once by nginx and folded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** The variable segments of the path. */
  readonly params: readonly string[];
  readonly body: string;
  /** True if the sub-query for this row of the page fails. */
  readonly fails: (query: SubQuery, row: number) => boolean;
  /** Records a deletion that was carried out. */
  readonly record: (deletion: Deletion) => void;
}

export type Handler = (call: ApiCall) => Answer;

/** Throws Harbor's refusal: 401 for an anonymous caller, 403 for all others. */
export function refuse(caller: Login): never {
  if (caller === null) throw new ApiError(401, 'UNAUTHORIZED', 'unauthorized');
  throw new ApiError(403, 'FORBIDDEN', 'forbidden');
}

/** Requires a right on the project that the path names; the project may not exist for an admin. */
export function requireRight(call: ApiCall, right: Right, name: string): Project | undefined {
  refuseIllegalName(call, name);
  const project = call.registry.project(name);
  if (!may(call.caller, right, project)) refuse(call.caller);
  return project;
}

/** An existing project, by name, or by id when the path's segment is all digits. */
export function requireProject(call: ApiCall, right: Right, nameOrId: string): Project {
  const byName = call.header('x-is-resource-name') === 'true' || !/^\d+$/.test(nameOrId);
  const project = byName
    ? call.registry.project(nameOrId)
    : call.registry.projectById(Number(nameOrId));
  if (!may(call.caller, right, project)) refuse(call.caller);
  if (project === undefined) {
    throw new ApiError(404, 'NOT_FOUND', `project ${nameOrId} not found`);
  }
  return project;
}

/** The second decoding. Invalid escapes remain. */
export function decodeRepository(segment: string): string {
  return segment.replace(/%[0-9a-f]{2}/gi, decodeURIComponent);
}

/** An invalid name in the path. The older Harbor reports missing rights instead. */
function refuseIllegalName(call: ApiCall, name: string): void {
  const illegal = /[^a-z0-9._-]/.test(name);
  if (!illegal || call.caller?.kind !== 'admin') return;
  if (call.personality.illegalProjectName === 403) refuse(call.caller);
  throw new ApiError(400, 'BAD_REQUEST', `invalid project name: '${name}'`);
}

/** One page of a list with `X-Total-Count` and `Link`. Only the rows of the page are rendered. */
export function pageOf<Row>(
  call: ApiCall,
  rows: readonly Row[],
  render: (row: Row, index: number) => string,
): Answer {
  const { page, size } = readPage(call.query);
  const start = size > 0 ? (Math.max(page, 1) - 1) * size : 0;
  const slice = size > 0 ? rows.slice(start, start + size) : rows;
  const headers: Record<string, string> = { 'X-Total-Count': String(rows.length) };
  const link = linkHeader(call, { page, size, total: rows.length });
  if (link !== '') headers['Link'] = link;
  return jsonText(`[${slice.map(render).join(',')}]`, headers);
}

/** Harbor's `Link`: keys sorted, values not escaped, and always a next page for a negative size. */
function linkHeader(
  call: ApiCall,
  at: { readonly page: number; readonly size: number; readonly total: number },
): string {
  const links: string[] = [];
  if (at.size === 0) return '';
  const link = (page: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(page));
    query.set('page_size', String(at.size));
    query.sort();
    const text = [...query].map(([key, value]) => `${key}=${value}`).join('&');
    return `<${escapePath(call.path)}?${text}>; rel="${rel}"`;
  };
  if (at.page > 1 && (at.page - 1) * at.size < at.total) links.push(link(at.page - 1, 'prev'));
  if (at.page * at.size < at.total) links.push(link(at.page + 1, 'next'));
  return links.join(' , ');
}
