/** Harbor's projects, and the repositories of one, as tables. */
import type { Project } from '../../harbor/projects.ts';
import type { Repository } from '../../harbor/repositories.ts';
import type { FunctionContext } from '../../http/function.ts';
import { projectAddress, repositoryAddress } from '../links.ts';
import { Badge } from '../parts/badge.tsx';
import { SortHead } from '../parts/list-parts.tsx';
import { Table } from '../parts/table.tsx';
import { Time, Unknown } from '../parts/values.tsx';

interface ProjectTableProps {
  readonly c: FunctionContext;
  readonly projects: readonly Project[];
}

export function ProjectTable({ c, projects }: ProjectTableProps) {
  return (
    <Table label="Projects" headsStay>
      <thead>
        <tr>
          <SortHead c={c} field="name">
            Project
          </SortHead>
          <SortHead c={c} field="repo_count" numeric>
            Repositories
          </SortHead>
          <SortHead c={c} field="public">
            Access
          </SortHead>
          <SortHead c={c} field="owner_name">
            Owner
          </SortHead>
          <SortHead c={c} field="creation_time">
            Created
          </SortHead>
        </tr>
      </thead>
      <tbody>
        {projects.map((project) => (
          <tr>
            <th scope="row" class="name">
              <a href={projectAddress(project.name)}>{project.name}</a>
            </th>
            <td class="number">{project.repo_count}</td>
            <td>
              <Badge kind={project.public ? 'info' : 'none'}>
                {project.public ? 'public' : 'private'}
              </Badge>
            </td>
            <td>{project.owner_name ?? <Unknown />}</td>
            <td>
              <Time at={project.creation_time} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

interface RepositoryTableProps {
  readonly c: FunctionContext;
  readonly repositories: readonly Repository[];
}

export function RepositoryTable({ c, repositories }: RepositoryTableProps) {
  return (
    <Table label="Repositories" headsStay>
      <thead>
        <tr>
          <SortHead c={c} field="name">
            Repository
          </SortHead>
          <SortHead c={c} field="artifact_count" numeric>
            Artifacts
          </SortHead>
          <SortHead c={c} field="pull_count" numeric>
            Pulls
          </SortHead>
          <SortHead c={c} field="update_time">
            Changed
          </SortHead>
          <SortHead c={c} field="creation_time">
            Created
          </SortHead>
        </tr>
      </thead>
      <tbody>
        {repositories.map(({ project, name, ...repository }) => (
          <tr>
            <th scope="row" class="name">
              <a href={repositoryAddress({ project, repository: name })}>{name}</a>
            </th>
            <td class="number">{repository.artifact_count}</td>
            <td class="number">{repository.pull_count}</td>
            <td>
              <Time at={repository.update_time} />
            </td>
            <td>
              <Time at={repository.creation_time} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
