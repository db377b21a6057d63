/** Harbor's repositories: the lists, their parsers and their rows. */

import * as z from 'zod/mini';
import type { Repository } from '../../ports/registry-rows.ts';
import { isRepositoryName, type ProjectName } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import type { Listed, Slice } from '../../values/slice.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import type { HarborSession } from './http/session.ts';
import { harborPaths } from './http/url.ts';
import { count, reader, text, timeOf } from './http/wire.ts';
import { countRows } from './lists/counts.ts';
import type { ListPlan } from './lists/pages.ts';
import { list } from './lists/whole-list.ts';

const wireRepository = z.object({
  name: z.string(),
  artifact_count: count,
  pull_count: count,
  creation_time: text,
  update_time: text,
});
type WireRepository = z.infer<typeof wireRepository>;

// The second key gives equal rows the same order on every page. Harbor silently ignores unknown keys, and
// its keys are columns: the id is `repository_id`.
const NEWEST_FIRST = { sort: '-creation_time,-repository_id' };

/**
 * A project's repositories, newest first. A null slice returns all. If Harbor's database fails, its counts of
 * artifacts are 0, so the artifacts of a repository with 0 are counted again.
 */
export function listRepositories(
  { caller, admit }: HarborSession,
  project: ProjectName,
  slice: Slice | null = null,
): Promise<Listed<Repository>> {
  return admit(async (signal) => {
    const listed = await list(caller, repositoryRows(project), signal, slice);
    const rows = await sideBySide(signal, listed.rows, async (row, either) =>
      row.artifact_count > 0
        ? row
        : { ...row, artifact_count: await countArtifacts(caller, project, row.name, either) },
    );
    return { ...listed, rows };
  });
}

/** The number of a repository's artifacts, from its list, which counts as `artifact_count` does. */
async function countArtifacts(
  caller: Caller,
  project: ProjectName,
  repository: string,
  signal: AbortSignal,
): Promise<number> {
  const what = `Check any proxy in front of Harbor. Harbor does not report how many artifacts ${project}/${repository} has.`;
  const problem = () =>
    new HarborProblem(
      { method: 'GET', path: harborPaths.repositories(project) },
      'harbor_bad_response',
      what,
    );
  if (!isRepositoryName(repository)) throw problem();
  const path = harborPaths.artifacts({ project, repository });
  const total = await countRows(caller, path, { query: { with_tag: 'false' }, signal });
  if (total === null) throw problem();
  return total;
}

/** The list of a project's repositories. */
export function repositoryRows(project: ProjectName): ListPlan<Repository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_FIRST,
    sliceable: true,
    key: (row) => row.full_name,
    read: reader(path, arrayOf(wireRepository), (row) => repositoryRow(project, row)),
  };
}

/** Repositories as Harbor writes them. */
export function wireRepositories(project: ProjectName): ListPlan<WireRepository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_FIRST,
    key: (row) => row.name,
    read: reader(path, arrayOf(wireRepository), (row) => row),
  };
}

function repositoryRow(project: string, repository: WireRepository): Repository {
  return {
    name: withoutProject(project, repository.name),
    full_name: repository.name,
    project,
    artifact_count: repository.artifact_count ?? 0,
    pull_count: repository.pull_count ?? 0,
    creation_time: timeOf(repository.creation_time),
    update_time: timeOf(repository.update_time),
  };
}

/** Harbor's repository names begin with the project. */
export function withoutProject(project: string, fullName: string): string {
  return fullName.startsWith(`${project}/`) ? fullName.slice(project.length + 1) : fullName;
}
