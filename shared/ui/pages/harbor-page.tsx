/** GET /ui/harbor and below: projects, their repositories, and artifacts. The data of GET /harbor/…. */

import {
  artifactList,
  findDetailedArtifacts,
  findProjects,
  findRepositories,
  isInOwnOrder,
  projectList,
  repositoryList,
} from '../../domain/registry/registry-lists.ts';
import { createFunction } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { projectPath, repositoryPath } from '../../values/name-schemas.ts';
import { ArtifactTable } from '../harbor/artifact-table.tsx';
import { HARBOR_CRUMBS, projectCrumbs } from '../harbor/crumbs.ts';
import { HarborList } from '../harbor/harbor-list.tsx';
import { ProjectTable, RepositoryTable } from '../harbor/project-table.tsx';
import { answerPage } from '../page.tsx';
import { Empty } from '../parts/notices.tsx';
import { viewOptions } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

export const harborPage = createFunction()
  .get(
    '/ui/harbor',
    mayView('read'),
    input({ query: projectList.query, emptyIsAbsent: true }),
    async (c) => {
      const options = viewOptions(c.req.valid('query'));
      const found = await findProjects(c.get('services'), requestOf(c), options);
      return answerPage(c, {
        title: 'Harbor',
        lead: 'The projects that this service’s Harbor account can see.',
        content: (
          <HarborList {...{ c, options, found }} search="Project" empty={<NoProjects />}>
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
      const found = await findRepositories(c.get('services'), requestOf(c), { project, options });
      return answerPage(c, {
        title: project,
        crumbs: HARBOR_CRUMBS,
        lead: 'The repositories in this project.',
        content: (
          <HarborList {...{ c, options, found }} search="Repository" empty={<NoRepositories />}>
            <RepositoryTable c={c} repositories={found.rows} />
          </HarborList>
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
      const found = await findDetailedArtifacts(c.get('services'), requestOf(c), { at, options });
      return answerPage(c, {
        title: at.repository,
        crumbs: projectCrumbs(at),
        lead: 'The artifacts in this repository. Open one to see who uses it, or to delete it.',
        content: (
          <HarborList {...{ c, options, found }} search="Tag or digest" empty={<NoArtifacts />}>
            {!isInOwnOrder(options) && (
              <p class="small">
                When you search or sort, “immutable” and “signed” are unknown, because Harbor would
                take too long to report them for all artifacts. Open an artifact to see them.
              </p>
            )}
            <ArtifactTable c={c} at={at} artifacts={found.rows} />
          </HarborList>
        ),
      });
    },
  );

const NoProjects = () => (
  <Empty title="This service’s Harbor account can see no project.">
    <p>
      Make it a member of the projects that it should list, or check <code>harbor_username</code>.
    </p>
  </Empty>
);

const NoRepositories = () => (
  <Empty title="The project has no repository.">
    <p>The first push to the project creates one.</p>
  </Empty>
);

const NoArtifacts = () => (
  <Empty title="The repository has no artifact.">
    <p>All of them were deleted. Harbor keeps the repository until someone deletes it.</p>
  </Empty>
);
