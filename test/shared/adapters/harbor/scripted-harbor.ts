/** The HTTP server of the demo's Harbor with the answers that a test wrote down. Any other request fails the test. */

import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { apiError } from '../../../../demo/harbor/answer.ts';
import {
  createHttpHandler,
  type HttpHandler,
  listen,
} from '../../../../demo/harbor/http-server.ts';
import type { Played, PlayedRequest } from '../../../../demo/harbor/play.ts';
import { deleteArtifact, getArtifact } from '../../../../shared/adapters/harbor/artifact.ts';
import { listArtifacts } from '../../../../shared/adapters/harbor/artifacts.ts';
import { createHarbor, type Harbor } from '../../../../shared/adapters/harbor/client.ts';
import { crawl } from '../../../../shared/adapters/harbor/crawl.ts';
import { isReadOnly } from '../../../../shared/adapters/harbor/deletion/read-only.ts';
import { findRelatives } from '../../../../shared/adapters/harbor/deletion/relatives.ts';
import type { HarborOptions } from '../../../../shared/adapters/harbor/http/options.ts';
import {
  createSharedWork,
  type SharedWork,
  type SharedWorkOptions,
} from '../../../../shared/adapters/harbor/http/shared-work.ts';
import { listProjects } from '../../../../shared/adapters/harbor/project-list.ts';
import { listRepositories } from '../../../../shared/adapters/harbor/repositories.ts';
import type {
  Digest,
  ProjectName,
  Reference,
  RepositoryAt,
  RepositoryName,
  Tag,
} from '../../../../shared/values/names.ts';
import type { Slice } from '../../../../shared/values/slice.ts';
import { recordedExchange } from '../../../fixtures/recordings.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly fault?: Played['ending'];
  readonly delayMs?: number;
}

/** What answers a request: always the same, one after another (the last stays), or computed. */
export type Script = Reply | readonly Reply[] | ((url: URL) => Reply);

export interface ScriptedHarbor {
  readonly url: string;
  /** `METHOD path?query` of each request below /api/v2.0, in order of arrival. */
  readonly calls: string[];
  readonly requests: IncomingMessage[];
  /** Requests that are being answered, at most so far. */
  mostAtOnce: number;
}

const API = '/api/v2.0';
/** The check of the credentials. */
export const CHECK = 'HEAD /projects?project_name=library';
export const REFUSED: Reply = {
  status: 401,
  headers: { 'content-type': 'application/json; charset=utf-8' },
};
/** Whether the lists work, which is asked after each refusal of a login. */
export const LISTS = 'GET /projects?page=1&page_size=1';
/** The counts that prove the list of projects. */
export const STATISTICS = 'GET /statistics';

/** The answer to `STATISTICS` of a user who sees so many projects and repositories. */
export function counted(
  own: readonly [projects: number, repositories: number],
  open: readonly [projects: number, repositories: number] = [0, 0],
): Reply {
  return json({
    private_project_count: own[0],
    private_repo_count: own[1],
    public_project_count: open[0],
    public_repo_count: open[1],
  });
}

/** What the sessions of a process share. */
export function sharedWork(options: Partial<SharedWorkOptions> = {}): SharedWork {
  return createSharedWork({
    concurrency: 6,
    waitMs: 30_000,
    now: () => performance.now(),
    ...options,
  });
}

/**
 * Listens on a free port until the test ends. Keys are `METHOD path?query`, or `METHOD path` for any
 * query, below /api/v2.0.
 */
export async function scriptHarbor(
  script: Readonly<Record<string, Script>>,
  tls?: { readonly key: string; readonly cert: string },
): Promise<ScriptedHarbor> {
  const unscripted: string[] = [];
  const turns = new Map<string, number>();
  let open = 0;
  const harbor: ScriptedHarbor = { url: '', calls: [], requests: [], mostAtOnce: 0 };

  async function play({ method, target }: PlayedRequest): Promise<Played> {
    const name = `${method} ${target.replace(API, '')}`;
    const key = name in script || name === LISTS ? name : name.replace(/\?.*$/, '');
    harbor.calls.push(name);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const entry = script[key] ?? (name === LISTS ? json([], 0) : undefined);
    if (entry === undefined) unscripted.push(name);
    const { delayMs = 0, fault, ...reply } = replyOf(entry, turn, target);
    if (delayMs > 0) await sleep(delayMs);
    const answer = { status: 200, headers: {}, body: '', ...reply };
    return { answer, ending: fault ?? null };
  }
  const answerAll = createHttpHandler(play);
  const handler: HttpHandler = (req, res) => {
    harbor.requests.push(req);
    open++;
    harbor.mostAtOnce = Math.max(harbor.mostAtOnce, open);
    res.on('close', () => open--);
    answerAll(req, res);
  };

  const { url, close } =
    tls === undefined ? await listen(handler, 0) : await listenTls(handler, tls);
  onTestFinished(async () => {
    await close();
    expect(unscripted).toEqual([]);
  });
  return Object.assign(harbor, { url });
}

async function listenTls(
  handler: HttpHandler,
  tls: { readonly key: string; readonly cert: string },
) {
  const server = createServer(tls, handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

function replyOf(entry: Script | undefined, turn: number, target: string): Reply {
  if (entry === undefined) return { status: 418, body: 'not in the script' };
  if (typeof entry === 'function') return entry(new URL(target, 'http://harbor'));
  if (!Array.isArray(entry)) return entry as Reply;
  return entry[Math.min(turn, entry.length - 1)] ?? { status: 418 };
}

/** A JSON answer, with `X-Total-Count` when `total` is given. */
export function json(body: unknown, total?: number): Reply {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (total !== undefined) headers['x-total-count'] = String(total);
  return { headers, body: JSON.stringify(body) };
}

/** Harbor's own error body. */
export function harborError(status: number, code: string, message: string): Reply {
  return apiError(status, code, message);
}

/** A page of HTML, as proxies answer. */
export function html(status: number): Reply {
  return { status, headers: { 'content-type': 'text/html' }, body: `<html>${status}</html>` };
}

/** A list that pages as Harbor does. */
export function paged(rows: readonly unknown[], total: number | undefined = rows.length): Script {
  return (url) => {
    const page = Number(url.searchParams.get('page'));
    const size = Number(url.searchParams.get('page_size'));
    return json(rows.slice((page - 1) * size, page * size), total);
  };
}

/** An answer recorded on a real Harbor. */
export function recorded(name: string, version: 'v2.14.4' | 'v2.8.6' = 'v2.14.4'): Reply {
  const { status, headers, body } = recordedExchange(version, name).response;
  const kept = headers.filter(
    ([key]) => !/^(connection|content-length|date|server|transfer)/i.test(key),
  );
  return { status, headers: Object.fromEntries(kept), body };
}

/** An artifact as a current Harbor writes it. */
export function wireArtifact(id: number, more: object = {}): object {
  return {
    id,
    digest: digestOf(id),
    repository_name: 'team-a/app',
    type: 'IMAGE',
    media_type: 'application/vnd.oci.image.config.v1+json',
    size: 1000 + id,
    push_time: '2026-11-24T06:35:23.179Z',
    pull_time: '0001-01-01T00:00:00.000Z',
    references: null,
    extra_attrs: { os: 'linux', architecture: 'amd64', config: { Env: ['TOKEN=hidden'] } },
    tags: [{ name: `v${id}`, immutable: false }],
    ...more,
  };
}

export function digestOf(id: number): string {
  return `sha256:${id.toString(16).padStart(64, '0')}`;
}

/** A client whose sleeping is noted down and takes no time. */
export function harborAt(
  harbor: { readonly url: string },
  settings: Partial<HarborOptions> = {},
): { readonly harbor: Harbor; readonly slept: number[] } {
  const slept: number[] = [];
  const nothing = () => undefined;
  const logger = { enabled: () => false, log: nothing, always: nothing, child: () => logger };
  const options: HarborOptions = {
    host: harbor.url,
    username: 'admin',
    password: 'sésame:2',
    fetch,
    timeoutMs: 30_000,
    concurrency: 6,
    maxRows: 100_000,
    now: () => performance.now(),
    sleep: async (ms) => {
      slept.push(ms);
    },
    logger,
    ...settings,
  };
  return { harbor: createHarbor(options), slept };
}

/** All that can be asked in a session, as an admin, or anonymous with `username: ''`. */
export function sessionAt(
  at: { readonly url: string },
  settings: Partial<HarborOptions> = {},
  signal = new AbortController().signal,
) {
  const { harbor, slept } = harborAt(at, settings);
  const session = harbor.session({ requestId: 'req-1', signal: () => signal });
  return {
    slept,
    projects: (slice?: Slice | null) => listProjects(session, slice),
    repositories: (project: ProjectName, slice?: Slice | null) =>
      listRepositories(session, project, slice),
    artifacts: (project: ProjectName, repository: RepositoryName, slice?: Slice | null) =>
      listArtifacts(session, { project, repository }, slice),
    artifact: (project: ProjectName, repository: RepositoryName, reference: Reference) =>
      getArtifact(session, { project, repository }, reference),
    deleteArtifact: (project: ProjectName, repository: RepositoryName, digest: Digest) =>
      deleteArtifact(session, { at: { project, repository }, digest, tag: null }),
    deleteTag: (project: ProjectName, repository: RepositoryName, digest: Digest, tag: Tag) =>
      deleteArtifact(session, { at: { project, repository }, digest, tag }),
    relatives: (at: RepositoryAt, digest: Digest) => findRelatives(session, at, { digest }),
    isReadOnly: () => isReadOnly(session),
    crawl: () => crawl(session),
    check: () => harbor.checkCredentials(signal),
  };
}
