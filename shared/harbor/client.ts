/** The Harbor client: what the functions ask of the registry, correct against its odd sides. */
import type { Services } from '../endpoint.ts';
import type { Digest, ProjectName, Reference, RepositoryName, Tag } from '../harbor-names.ts';
import { Problem } from '../problem.ts';
import { type Caller, createCaller } from './call.ts';
import { type Crawl, crawl } from './crawl.ts';
import { deleteSettled, SETTLING } from './deletion.ts';
import { HarborProblem, isMissing } from './failure.ts';
import { type Listed, type ListPlan, listAll, listSlice, type Run, type Slice } from './list.ts';
import { artifactRows, projectRows, repositoriesNamed, repositoryRows, tagRows } from './plans.ts';
import { askCredentials, createProven } from './proof.ts';
import { readBody } from './read.ts';
import {
  type Artifact,
  type ArtifactDetail,
  artifactDetail,
  type Project,
  type Repository,
  wire,
} from './rows.ts';
import { harborPaths, type RepositoryAt } from './url.ts';

/**
 * What one client request asks of Harbor. Every method rejects with a `Problem`
 * (`harbor_not_configured` and `unsupported_here` too), or with the signal's reason.
 */
export interface HarborSession {
  /** The projects that the account can see, by name. A null slice asks for all. */
  projects(slice?: Slice | null): Promise<Listed<Project>>;
  /** A project's repositories, newest first. */
  repositories(project: ProjectName, slice?: Slice | null): Promise<Listed<Repository>>;
  /** A repository's artifacts, last pushed first; unknown is `harbor_not_found`, not empty. */
  artifacts(
    project: ProjectName,
    repository: RepositoryName,
    slice?: Slice | null,
  ): Promise<Listed<Artifact>>;
  /** One artifact with all its tags, and which of them are immutable. */
  artifact(
    project: ProjectName,
    repository: RepositoryName,
    reference: Reference,
  ): Promise<ArtifactDetail>;
  /**
   * Deletes an artifact with all its tags; goes on when the client goes away. Returns when it is
   * done; `harbor_timeout` with `outcome: "unknown"` when nobody can say.
   */
  deleteArtifact(project: ProjectName, repository: RepositoryName, digest: Digest): Promise<void>;
  /** Removes one tag and keeps the artifact; otherwise like `deleteArtifact`. */
  deleteTag(
    project: ProjectName,
    repository: RepositoryName,
    digest: Digest,
    tag: Tag,
  ): Promise<void>;
  /** Every tag of the registry, for GET /images. */
  crawl(): Promise<Crawl>;
  /** Whether Harbor answers and takes the credentials. One call, never repeated. */
  check(): Promise<void>;
}

export interface HarborSessionOptions {
  /** Sent along as `X-Request-Id`. */
  readonly requestId: string;
  /** Aborts when the client goes away. Asked for late: making it costs on Node. */
  readonly signal: () => AbortSignal;
}

/** Opens a session for one client request. It keeps nothing for the next one; makes no call yet. */
export function createHarborSession(
  services: Services,
  { requestId, signal }: HarborSessionOptions,
): HarborSession {
  const caller = createCaller(services, requestId);
  const proven = createProven(caller, signal);

  return {
    projects: (slice = null) => proven((run) => list(caller, projectRows(), run, slice)),
    repositories: (project, slice = null) =>
      proven((run) => list(caller, repositoryRows(project), run, slice)),
    artifacts: (project, repository, slice = null) =>
      proven(async (run) => {
        const at = { project, repository };
        const listed = await list(caller, artifactRows(at), run, slice);
        if (listed.total === 0) await confirmRepository(caller, at, run);
        return listed;
      }),
    artifact: (project, repository, reference) =>
      proven((run) => getArtifact(caller, { project, repository }, reference, run)),
    async deleteArtifact(project, repository, digest) {
      const path = harborPaths.artifact({ project, repository }, { kind: 'digest', digest });
      await deleteSettled(caller, {
        path,
        isThere: async () => (await digestAt(caller, path)) !== null,
      });
    },
    async deleteTag(project, repository, digest, tag) {
      const at = { project, repository };
      const named = harborPaths.artifact(at, { kind: 'tag', tag });
      await deleteSettled(caller, {
        path: harborPaths.tag(at, digest, tag),
        isThere: async () => (await digestAt(caller, named)) === digest,
      });
    },
    crawl: () => proven((run) => crawl(caller, run)),
    async check() {
      try {
        await askCredentials(caller, { signal: signal(), retry: 'never' });
      } catch (err) {
        const refused = err instanceof Problem && err.code === 'harbor_unauthorized';
        if (!(caller.anonymous && refused)) throw err;
      }
    },
  };
}

async function list<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  slice: Slice | null,
): Promise<Listed<Row>> {
  if (slice !== null) return listSlice(caller, plan, run, slice);
  const rows = await listAll(caller, plan, run);
  return { rows, total: rows.length };
}

/** A repository, or project, that does not exist lists as empty (facts, 7 and 12). */
async function confirmRepository(caller: Caller, at: RepositoryAt, run: Run): Promise<void> {
  const path = harborPaths.repository(at);
  if (!caller.anonymous) {
    await caller.call({ method: 'GET', path, signal: run.signal });
    return;
  }
  // Without a login that is 401 even in a public project; the list of repositories is open.
  const named = await listAll(caller, repositoriesNamed(at), run);
  if (named.some(({ name }) => name === `${at.project}/${at.repository}`)) return;
  const what = 'Harbor has no such repository, or shows it to nobody without a login.';
  throw new HarborProblem({ method: 'GET', path }, 'harbor_not_found', what);
}

async function getArtifact(
  caller: Caller,
  at: RepositoryAt,
  reference: Reference,
  run: Run,
): Promise<ArtifactDetail> {
  const call = { method: 'GET', path: harborPaths.artifact(at, reference) } as const;
  const query = { with_immutable_status: 'true' };
  const { body } = await caller.call({ ...call, query, signal: run.signal });
  const artifact = readBody(wire.artifact, call, body);
  const untagged = artifactDetail(artifact, []);
  if (untagged === null) {
    throw new HarborProblem(call, 'harbor_bad_response', 'Harbor answered no digest.');
  }
  // "No tags" from one answer may be a fault of the database, and a deletion may rest on it.
  const tags = artifact.tags ?? (await listAll(caller, tagRows(at, untagged.digest), run));
  return artifactDetail(artifact, tags) ?? untagged;
}

/** The digest at an artifact's path; null when there is none. */
async function digestAt(
  caller: Caller,
  path: ReturnType<typeof harborPaths.artifact>,
): Promise<string | null> {
  const call = { method: 'GET', path } as const;
  try {
    const { body } = await caller.call({ ...call, ...SETTLING });
    return readBody(wire.artifact, call, body).digest;
  } catch (err) {
    if (isMissing(err, 'artifact', 'repository', 'project')) return null;
    throw err;
  }
}
