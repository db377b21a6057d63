/** Harbor's repositories: the lists, how they are read and the rows that they become. */
import * as z from 'zod/mini';
import { harborPaths } from './http/url.ts';
import { count, reader, text, time, timeOf } from './http/wire.ts';
import type { Listed, ListPlan, Slice } from './list.ts';
import type { ProjectName } from './names.ts';
import { type HarborSession, list } from './session.ts';

/** A row of GET /harbor/repositories/{project}; `name` is without the project. */
export const repositorySchema = z.object({
  name: z.string(),
  full_name: z.string(),
  project: z.string(),
  artifact_count: z.number(),
  pull_count: z.number(),
  creation_time: time,
  update_time: time,
});
export type Repository = z.infer<typeof repositorySchema>;

const wireRepository = z.object({
  name: z.string(),
  artifact_count: count,
  pull_count: count,
  creation_time: text,
  update_time: text,
});
type WireRepository = z.infer<typeof wireRepository>;

// A second key keeps rows that are equal by the first in order from page to page. Harbor ignores
// keys that it does not know without a word, and its keys are columns: the id is `repository_id`.
const NEWEST_FIRST = { sort: '-creation_time,-repository_id' };

/** A project's repositories, newest first. A null slice asks for all. */
export function listRepositories(
  { caller, proven }: HarborSession,
  project: ProjectName,
  slice: Slice | null = null,
): Promise<Listed<Repository>> {
  return proven((run) => list(caller, repositoryRows(project), run, slice));
}

/** The list of a project's repositories. */
export function repositoryRows(project: ProjectName): ListPlan<Repository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_FIRST,
    key: (row) => row.full_name,
    read: reader(path, z.array(wireRepository), (row) => repositoryRow(project, row)),
  };
}

/** Repositories as Harbor writes them. */
export function wireRepositories(project: ProjectName): ListPlan<WireRepository> {
  const path = harborPaths.repositories(project);
  return {
    path,
    query: NEWEST_FIRST,
    key: (row) => row.name,
    read: reader(path, z.array(wireRepository), (row) => row),
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

/** Harbor's repository names have the project in front. */
export function withoutProject(project: string, fullName: string): string {
  return fullName.startsWith(`${project}/`) ? fullName.slice(project.length + 1) : fullName;
}
