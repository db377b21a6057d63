/** GET /statistics: how many projects and repositories the caller can see. */
import { type Login, sees } from './access.ts';
import { type Answer, json } from './answer.ts';
import { type ApiCall, refuse } from './call.ts';
import type { Project } from './model.ts';

/**
 * The private counts are those of a user's own projects, and always 0 for robots. The totals
 * are for system administrators.
 */
export function statistics(call: ApiCall): Answer {
  const { caller, registry } = call;
  if (caller === null) refuse(caller);
  const all = [...registry.projects()];
  const open = all.filter((project) => project.public);
  const own = all.filter((project) => !project.public && isOwn(caller, project));
  const known = caller.kind === 'admin' ? all : [];
  return json({
    private_project_count: own.length,
    private_repo_count: repositories(own),
    public_project_count: open.length,
    public_repo_count: repositories(open),
    total_project_count: known.length,
    total_repo_count: repositories(known),
    total_storage_consumption: bytes(known),
  });
}

function isOwn(caller: Login, project: Project): boolean {
  return caller?.robot === undefined && sees(caller, project);
}

function repositories(projects: readonly Project[]): number {
  return projects.reduce((sum, project) => sum + project.repositories.size, 0);
}

function bytes(projects: readonly Project[]): number {
  return projects
    .flatMap((project) => [...project.repositories.values()])
    .flatMap((repository) => [...repository.artifacts.values()])
    .reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
}
