/** Harbor's projects: the parser of the list and its rows. */

import * as z from 'zod/mini';
import type { Project } from '../../ports/registry-rows.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { harborPaths } from './http/url.ts';
import { count, reader, text, timeOf } from './http/wire.ts';
import type { ListPlan } from './lists/pages.ts';

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

/**
 * The list of projects, newest first. In a list by name, one project that is created and one that is deleted
 * between two pages could hide a third.
 */
export const projectRows: ListPlan<WireProject> = {
  path: harborPaths.projects(),
  query: { sort: '-creation_time,-project_id' },
  key: (row) => row.project_id,
  read: reader(harborPaths.projects(), arrayOf(wireProject), (row) => row),
};

/** Tells whether everyone can see the project. */
export function isPublic({ metadata }: WireProject): boolean {
  return metadata?.public === 'true';
}

/** One project as a row. */
export function projectRow(project: WireProject): Project {
  return {
    name: project.name,
    project_id: project.project_id,
    public: isPublic(project),
    repo_count: project.repo_count ?? 0,
    owner_name: project.owner_name ?? null,
    creation_time: timeOf(project.creation_time),
    update_time: timeOf(project.update_time),
  };
}
