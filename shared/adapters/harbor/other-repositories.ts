/** The other repositories that have the same digest. They keep it when it is deleted in one of them. */

import * as z from 'zod/mini';
import { compareTexts } from '../../values/compare-texts.ts';
import {
  type Digest,
  isProjectName,
  type ProjectName,
  type RepositoryAt,
} from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { Problem } from '../../values/problem.ts';
import { sideBySide } from '../../values/waiting/side-by-side.ts';
import { HarborProblem } from './http/failure.ts';
import type { HarborSession } from './http/session.ts';
import { harborPaths, NEWEST_ARTIFACTS } from './http/url.ts';
import { reader } from './http/wire.ts';
import type { ListPlan } from './lists/pages.ts';
import { listAll } from './lists/whole-list.ts';
import { provenProjects } from './project-list.ts';

/** One call for each project. With more, the answer would take too long, and is null. */
const MAX_PROJECTS = 100;

const wireArtifact = z.object({ digest: z.string(), repository_name: z.string() });

/**
 * `project/repository` of each, in the projects that the account can see. Needs Harbor 2.11.1 or later, which lists
 * the artifacts of a whole project.
 * @returns null if Harbor cannot say
 */
export async function otherRepositories(
  { caller, signal }: HarborSession,
  at: RepositoryAt,
  digest: Digest,
): Promise<readonly string[] | null> {
  if (caller.anonymous) return null; // only a login may list a whole project
  try {
    const projects = (await provenProjects(caller, signal())).filter(
      ({ repo_count }) => repo_count !== 0,
    );
    const names = projects.map(({ name }) => name).filter(isProjectName);
    if (names.length < projects.length || names.length > MAX_PROJECTS) return null;
    const found = await sideBySide(signal(), names, (project, either) =>
      listAll(caller, artifactsWith(project, digest), either),
    );
    const own = `${at.project}/${at.repository}`;
    return [...new Set(found.flat())].filter((name) => name !== own).toSorted(compareTexts);
  } catch (err) {
    if (err instanceof Problem) return null; // unknown, which is not none
    throw err;
  }
}

/** The repositories of a project that have the digest. `base` finds untagged children of indexes, too. */
function artifactsWith(project: ProjectName, digest: Digest): ListPlan<string> {
  const path = harborPaths.projectArtifacts(project);
  return {
    path,
    query: { ...NEWEST_ARTIFACTS, q: `base=*,digest=${digest}` },
    byName: true,
    key: (name) => name,
    read: reader(path, arrayOf(wireArtifact), (artifact) => {
      // Harbor ignores filters that it does not know.
      if (artifact.digest === digest) return artifact.repository_name;
      const what =
        'Check the version of Harbor. It lists artifacts of other digests than it was asked for.';
      throw new HarborProblem({ method: 'GET', path }, 'harbor_bad_response', what);
    }),
  };
}
