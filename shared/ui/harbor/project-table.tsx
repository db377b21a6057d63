/** Harbor's projects, and the repositories of one, as tables. */

import type { FunctionContext } from '../../http/function.ts';
import type { Project, Repository } from '../../ports/registry-rows.ts';
import { Badge } from '../parts/badge.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Time, Unknown } from '../parts/values.tsx';
import { projectAddress, repositoryAddress } from '../view/links.ts';

interface ProjectTableProps {
  readonly c: FunctionContext;
  readonly projects: readonly Project[];
}

const PROJECT_COLUMNS: readonly Column[] = [
  { head: 'Project', field: 'name' },
  { head: 'Repositories', field: 'repo_count', isNumber: true },
  { head: 'Access', field: 'public' },
  { head: 'Owner', field: 'owner_name' },
  { head: 'Created', field: 'creation_time' },
];

export function ProjectTable({ c, projects }: ProjectTableProps) {
  return (
    <Table label="Projects" headsStay>
      <Heads columns={PROJECT_COLUMNS} sortedBy={c} />
      <tbody>
        {projects.map((project) => (
          <Row>
            <RowHead>
              <a href={projectAddress(project.name)}>{project.name}</a>
            </RowHead>
            <Cell label="Repositories" class="number">
              {project.repo_count}
            </Cell>
            <Cell label="Access">
              <Badge kind={project.public ? 'info' : 'none'}>
                {project.public ? 'public' : 'private'}
              </Badge>
            </Cell>
            <Cell label="Owner">{project.owner_name ?? <Unknown />}</Cell>
            <Cell label="Created">
              <Time at={project.creation_time} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

interface RepositoryTableProps {
  readonly c: FunctionContext;
  readonly repositories: readonly Repository[];
}

const REPOSITORY_COLUMNS: readonly Column[] = [
  { head: 'Repository', field: 'name' },
  { head: 'Artifacts', field: 'artifact_count', isNumber: true },
  { head: 'Pulls', field: 'pull_count', isNumber: true },
  { head: 'Changed', field: 'update_time' },
  { head: 'Created', field: 'creation_time' },
];

export function RepositoryTable({ c, repositories }: RepositoryTableProps) {
  return (
    <Table label="Repositories" headsStay>
      <Heads columns={REPOSITORY_COLUMNS} sortedBy={c} />
      <tbody>
        {repositories.map(({ project, name, ...repository }) => (
          <Row>
            <RowHead>
              <a href={repositoryAddress({ project, repository: name })}>{name}</a>
            </RowHead>
            <Cell label="Artifacts" class="number">
              {repository.artifact_count}
            </Cell>
            <Cell label="Pulls" class="number">
              {repository.pull_count}
            </Cell>
            <Cell label="Changed">
              <Time at={repository.update_time} />
            </Cell>
            <Cell label="Created">
              <Time at={repository.creation_time} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
