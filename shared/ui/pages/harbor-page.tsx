/** GET /ui/harbor and below: projects, their repositories, and artifacts. The data of GET /harbor/…. */
import { createFunction } from '../../http/function.ts';
import { isInOwnOrder } from '../../http/harbor-endpoints.ts';
import { projectPath, repositoryPath } from '../../http/harbor-path.ts';
import { input } from '../../http/input.ts';
import { findDetailedArtifacts } from '../../registry/detailed-artifacts.ts';
import { artifactList } from '../../registry/harbor-artifact-list.ts';
import { findProjects, projectList } from '../../registry/harbor-project-list.ts';
import { findRepositories, repositoryList } from '../../registry/harbor-repository-list.ts';
import { ArtifactTable } from '../harbor/artifact-table.tsx';
import { Breadcrumbs } from '../harbor/breadcrumbs.tsx';
import { HarborList } from '../harbor/harbor-list.tsx';
import { ProjectTable, RepositoryTable } from '../harbor/project-table.tsx';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';
import { viewOptions } from '../view-list.ts';

export const harborPage = createFunction()
  .get(
    '/ui/harbor',
    mayView('read'),
    input({ query: projectList.query, emptyIsAbsent: true }),
    async (c) => {
      const options = viewOptions(c.req.valid('query'));
      const found = await findProjects(c, options);
      const empty = 'The account of this service sees no project in Harbor.';
      return answerPage(c, {
        title: 'Harbor',
        place: 'harbor',
        content: (
          <HarborList {...{ c, options, found, empty }} search="Project">
            <ProjectTable c={c} projects={found.rows} />
          </HarborList>
        ),
      });
    },
  )
  .get(
    '/ui/harbor/:project',
    mayView('read'),
    input({ param: projectPath, query: repositoryList.query, emptyIsAbsent: true }),
    async (c) => {
      const { project } = c.req.valid('param');
      const options = viewOptions(c.req.valid('query'));
      const found = await findRepositories(c, project, options);
      const empty = 'The project has no repository. The first push to it creates one.';
      return answerPage(c, {
        title: project,
        place: 'harbor',
        content: (
          <>
            <Breadcrumbs project={project} />
            <HarborList {...{ c, options, found, empty }} search="Repository">
              <RepositoryTable c={c} repositories={found.rows} />
            </HarborList>
          </>
        ),
      });
    },
  )
  .get(
    '/ui/harbor/:project/:repository{.+}',
    mayView('read'),
    input({ param: repositoryPath, query: artifactList.query, emptyIsAbsent: true }),
    async (c) => {
      const at = c.req.valid('param');
      const options = viewOptions(c.req.valid('query'));
      const found = await findDetailedArtifacts(c, at, options);
      const empty = 'The repository has no artifact. All of them were deleted, or moved away.';
      return answerPage(c, {
        title: `${at.project}/${at.repository}`,
        place: 'harbor',
        content: (
          <>
            <Breadcrumbs {...at} />
            <HarborList {...{ c, options, found, empty }} search="Tag or digest">
              {!isInOwnOrder(options) && (
                <p class="small">
                  In a search, or in another order, “immutable” and “signed” are unknown: Harbor
                  would take too long to report them for all artifacts. Open an artifact to see
                  them.
                </p>
              )}
              <ArtifactTable c={c} at={at} artifacts={found.rows} />
            </HarborList>
          </>
        ),
      });
    },
  );
