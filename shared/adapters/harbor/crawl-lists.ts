/** The lists of artifacts as the crawl reads them. */

import * as z from 'zod/mini';
import type { ProjectName, RepositoryAt } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { HarborProblem } from './http/failure.ts';
import { harborPaths, NEWEST_ARTIFACTS } from './http/url.ts';
import { count, lacksRepositoryName, reader, text } from './http/wire.ts';
import type { ListPlan } from './lists/pages.ts';

/** The part of an artifact that a crawl needs. It reads no more, because it reads all artifacts. */
const crawledArtifact = z.object({
  digest: z.string(),
  repository_name: text,
  size: count,
  tags: z.nullish(arrayOf(z.object({ name: z.string() }))),
});
export type CrawledArtifact = z.infer<typeof crawledArtifact>;

/** A repository's artifacts, as a crawl reads them. */
export function crawledArtifacts(at: RepositoryAt): ListPlan<CrawledArtifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    key: (row) => row.digest,
    read: reader(path, arrayOf(crawledArtifact), (row) => row, lacksRepositoryName),
  };
}

/** All artifacts of a project, as a crawl reads them (Harbor 2.11.1 and later; needs a login). */
export function crawledProject(project: ProjectName): ListPlan<CrawledArtifact> {
  const path = harborPaths.projectArtifacts(project);
  const read = reader(path, arrayOf(crawledArtifact), (row) => row);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    byName: true,
    key: (row) => `${row.repository_name}@${row.digest}`,
    read: (body) => {
      const page = read(body);
      if (!page.rows.some(lacksRepositoryName)) return page;
      const what =
        'Check the version of Harbor. It lists artifacts without the name of their repository.';
      throw new HarborProblem({ method: 'GET', path }, 'harbor_bad_response', what);
    },
  };
}
