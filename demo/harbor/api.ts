/** Harbor's core: middleware in its order, the route table, and errors turned into answers. */
import type { Login } from './access.ts';
import { type Answer, ApiError, apiError, empty } from './answer.ts';
import { listArtifacts, listProjectArtifacts } from './artifact-lists.ts';
import { deleteArtifact, deleteTag, getArtifact, listAccessories, listTags } from './artifacts.ts';
import type { ApiCall, Handler } from './call.ts';
import type { Deletion } from './deletions.ts';
import type { SubQuery } from './faults.ts';
import { answerRegistry, answerToken } from './manifests.ts';
import { answerInOutage, type Outage } from './outage.ts';
import type { Personality } from './personality.ts';
import {
  deleteProject,
  getProject,
  headProject,
  listImmutableRules,
  listProjects,
} from './projects.ts';
import { refuseInvalid } from './query.ts';
import type { Registry } from './registry.ts';
import {
  deleteRepository,
  getRepository,
  listAllRepositories,
  listRepositories,
} from './repositories.ts';
import { statistics } from './statistics.ts';
import { systemInfo } from './system.ts';

/** A request that nginx let through. */
export interface CoreRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
  readonly caller: Login;
}

export interface CoreState {
  readonly registry: Registry;
  readonly personality: Personality;
  readonly outage: Outage | null;
  readonly fails: (query: SubQuery, row: number) => boolean;
  readonly record: (deletion: Deletion) => void;
}

type Route = readonly [pattern: string, handlers: Readonly<Record<string, Handler>>];

const BASE = '/api/v2.0';
const REPOSITORY = 'projects/:/repositories/:';

const ROUTES: readonly Route[] = [
  ['projects', { GET: listProjects, POST: notHere, HEAD: headProject }],
  ['projects/:', { GET: getProject, PUT: notHere, DELETE: deleteProject }],
  ['projects/:/artifacts', { GET: listProjectArtifacts }],
  ['projects/:/immutabletagrules', { GET: listImmutableRules }],
  ['projects/:/repositories', { GET: listRepositories }],
  [REPOSITORY, { GET: getRepository, PUT: notHere, DELETE: deleteRepository }],
  [`${REPOSITORY}/artifacts`, { GET: listArtifacts, POST: notHere }],
  [`${REPOSITORY}/artifacts/:`, { GET: getArtifact, DELETE: deleteArtifact }],
  [`${REPOSITORY}/artifacts/:/tags`, { GET: listTags, POST: notHere }],
  [`${REPOSITORY}/artifacts/:/tags/:`, { DELETE: deleteTag }],
  [`${REPOSITORY}/artifacts/:/accessories`, { GET: listAccessories }],
  ['repositories', { GET: listAllRepositories }],
  ['systeminfo', { GET: systemInfo }],
  ['statistics', { GET: statistics }],
];
const TABLE = ROUTES.map(([pattern, handlers]) => ({ segments: pattern.split('/'), handlers }));

/** Answers as Harbor's core does. Headers that every answer has are added by the caller. */
export function answerApi(request: CoreRequest, state: CoreState): Answer {
  const { path } = request;
  if (path === '/api/version') {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
    return { status: 200, headers, body: '{"version":"v2.0"}\n' };
  }
  if (path === '/service/token') return answerToken(request);
  if (path.startsWith('/v2/')) return answerRegistry({ ...request, ...state });
  if (path !== BASE && !path.startsWith(`${BASE}/`)) return empty(404);
  try {
    return dispatch(request, state);
  } catch (error) {
    if (error instanceof ApiError) return apiError(error.status, error.code, error.message);
    throw error;
  }
}

function dispatch(request: CoreRequest, state: CoreState): Answer {
  const { method, path } = request;
  const segments = path
    .slice(BASE.length + 1)
    .replace(/\/$/, '')
    .split('/');
  const route = TABLE.find(
    (candidate) =>
      candidate.segments.length === segments.length &&
      candidate.segments.every((part, index) => part === ':' || part === segments[index]),
  );
  const missing =
    route?.handlers['GET'] === listProjectArtifacts && !state.personality.projectArtifacts;
  if (route === undefined || missing) {
    throw new ApiError(404, 'NOT_FOUND', `path ${path} was not found`);
  }
  const handler = route.handlers[method];
  if (handler === undefined) {
    const allowed = Object.keys(route.handlers).join(',');
    const message = `method ${method} is not allowed, but [${allowed}] are`;
    throw new ApiError(405, 'METHOD_NOT_ALLOWED', message);
  }
  negotiate(request);
  const params = segments.filter((_, index) => route.segments[index] === ':');
  const call: ApiCall = { ...request, ...state, params, query: new URLSearchParams(request.query) };
  return answerInOutage(call, state.outage, handler);
}

/** go-swagger refuses media types before the rights are checked. */
function negotiate(request: CoreRequest): void {
  const accept = request.header('accept') ?? '*/*';
  const wildcard = /\*\/\*|application\/(json|\*)/.test(accept);
  const violations: string[] = [];
  const type = request.header('content-type');
  if (type !== undefined && request.body !== '' && !/^application\/json\b/.test(type)) {
    violations.push(`unsupported media type "${type}", only [application/json] are allowed`);
  }
  if (!wildcard) {
    violations.push('unsupported media type requested, only [application/json] are available');
  }
  refuseInvalid(violations);
}

/** A part of Harbor's API that the stand-in does not have. */
function notHere(): Answer {
  return apiError(501, 'NOT_IMPLEMENTED', 'the stand-in does not play this part of Harbor');
}
