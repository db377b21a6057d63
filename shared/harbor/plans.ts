/** The lists of Harbor that this service reads. */
import type * as z from 'zod/mini';
import type { Digest, ProjectName } from '../harbor-names.ts';
import { HarborProblem } from './failure.ts';
import type { ListPlan } from './list.ts';
import { readBody } from './read.ts';
import {
  type Artifact,
  artifactRow,
  type CrawledArtifact,
  type Project,
  projectRow,
  type Repository,
  repositoryRow,
  type WireProject,
  type WireRepository,
  type WireTag,
  wire,
} from './rows.ts';
import { type HarborPath, harborPaths, type RepositoryAt } from './url.ts';

// A second key keeps rows that are equal by the first in order from page to page. Harbor ignores
// keys that it does not know without a word, and its keys are columns: a repository's id is
// `repository_id` there. Names of projects are unique.
const PROJECTS_BY_NAME = { sort: 'name' };
const NEWEST_REPOSITORIES = { sort: '-creation_time,-repository_id' };
const NEWEST_ARTIFACTS = { sort: '-push_time,-id' };

/** Projects as Harbor writes them: whether it gave a count matters to the crawl. */
export function wireProjects(): ListPlan<WireProject> {
  const path = harborPaths.projects();
  return {
    path,
    query: PROJECTS_BY_NAME,
    key: (row) => row.project_id,
    read: reader(path, wire.projects, (row) => row),
  };
}

export function projectRows(): ListPlan<Project> {
  const path = harborPaths.projects();
  return {
    path,
    query: PROJECTS_BY_NAME,
    key: (row) => row.project_id,
    read: reader(path, wire.projects, projectRow),
  };
}

/** Repositories as Harbor writes them. */
export function wireRepositories(project: ProjectName): ListPlan<WireRepository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_REPOSITORIES,
    key: (row) => row.name,
    read: reader(path, wire.repositories, (row) => row),
  };
}

export function repositoryRows(project: ProjectName): ListPlan<Repository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_REPOSITORIES,
    key: (row) => row.full_name,
    read: reader(path, wire.repositories, (row) => repositoryRow(project, row)),
  };
}

/** The one repository of that name, or none. */
export function repositoriesNamed({ project, repository }: RepositoryAt): ListPlan<WireRepository> {
  return { ...wireRepositories(project), query: { q: `name=${project}/${repository}` } };
}

export function artifactRows(at: RepositoryAt): ListPlan<Artifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    key: (row) => row.digest,
    read: reader(path, wire.artifacts, artifactRow, isOld),
  };
}

/** What a crawl keeps of a repository's artifacts. */
export function crawledArtifacts(at: RepositoryAt): ListPlan<CrawledArtifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    key: (row) => row.digest,
    read: reader(path, wire.crawledArtifacts, (row) => row, isOld),
  };
}

/** What a crawl keeps of all artifacts of a project (Harbor 2.11.1 and later; needs a login). */
export function crawledProject(project: ProjectName): ListPlan<CrawledArtifact> {
  const path = harborPaths.projectArtifacts(project);
  const read = reader(path, wire.crawledArtifacts, (row) => row);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    byName: true,
    key: (row) => `${row.repository_name}@${row.digest}`,
    read: (body) => {
      const page = read(body);
      if (!page.rows.some(isOld)) return page;
      const what = 'Harbor lists artifacts without the repository that they are in.';
      throw new HarborProblem({ method: 'GET', path }, 'harbor_bad_response', what);
    },
  };
}

/** The tags of one artifact. */
export function tagRows(at: RepositoryAt, digest: Digest): ListPlan<WireTag> {
  const path = harborPaths.tags(at, digest);
  return {
    path,
    query: { with_immutable_status: 'true' },
    key: (row) => row.name,
    read: reader(path, wire.tags, (row) => row),
  };
}

/** Before 2.11.1 rows do not name their repository; one of those, 2.5, filters after it pages. */
function isOld(row: { readonly repository_name?: string | null | undefined }): boolean {
  return row.repository_name === undefined || row.repository_name === null;
}

function reader<Wire, Row>(
  path: HarborPath,
  schema: z.ZodMiniType<Wire[]>,
  toRow: (row: Wire) => Row,
  mayBeShort: (row: Wire) => boolean = () => false,
): ListPlan<Row>['read'] {
  return (body) => {
    const rows = readBody(schema, { method: 'GET', path }, body);
    return { rows: rows.map(toRow), mayBeShort: rows.some(mayBeShort) };
  };
}
