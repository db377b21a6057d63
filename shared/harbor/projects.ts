/** Harbor's projects: the list, how it is read and the rows that it becomes. */
import * as z from 'zod/mini';
import { harborPaths } from './http/url.ts';
import { count, reader, text, time, timeOf } from './http/wire.ts';
import type { Listed, ListPlan, Slice } from './list.ts';
import { type HarborSession, list } from './session.ts';

/** A row of GET /harbor/projects. */
export const projectSchema = z.object({
  name: z.string(),
  project_id: z.number(),
  public: z.boolean(),
  repo_count: z.number(),
  owner_name: z.nullable(z.string()),
  creation_time: time,
  update_time: time,
});
export type Project = z.infer<typeof projectSchema>;

const wireProject = z.object({
  name: z.string(),
  project_id: z.number(),
  owner_name: text,
  repo_count: count,
  creation_time: text,
  update_time: text,
  metadata: z.nullish(z.object({ public: text })),
});
export type WireProject = z.infer<typeof wireProject>;

// Names of projects are unique.
const BY_NAME = { sort: 'name' };

/** The projects that the account can see, by name. A null slice asks for all. */
export function listProjects(
  { caller, proven }: HarborSession,
  slice: Slice | null = null,
): Promise<Listed<Project>> {
  const plan = projectsPlan(projectRow);
  return proven((run) => list(caller, plan, run, slice), { hasPublicPart: true });
}

/** The list of projects, with rows made by `toRow`. */
export function projectsPlan<Row extends { readonly project_id: number }>(
  toRow: (project: WireProject) => Row,
): ListPlan<Row> {
  const path = harborPaths.projects();
  return {
    path,
    query: BY_NAME,
    key: (row) => row.project_id,
    read: reader(path, z.array(wireProject), toRow),
  };
}

/** One project as a row. */
export function projectRow(project: WireProject): Project {
  return {
    name: project.name,
    project_id: project.project_id,
    public: project.metadata?.public === 'true',
    repo_count: project.repo_count ?? 0,
    owner_name: project.owner_name ?? null,
    creation_time: timeOf(project.creation_time),
    update_time: timeOf(project.update_time),
  };
}
