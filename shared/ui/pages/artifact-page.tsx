/**
 * GET /ui/artifacts/{project}/{repository}/{reference}: one artifact, and who uses it. The data of GET /harbor/artifacts/…
 * and GET /usage/….
 */

import { findUses, useList } from '../../domain/usage/usage-list.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { isMissing } from '../../ports/registry-problem.ts';
import type { DetailedArtifact } from '../../ports/registry-rows.ts';
import { artifactPath } from '../../values/name-schemas.ts';
import { type Reference, type RepositoryAt, referenceText } from '../../values/names.ts';
import { orProblem, Problem } from '../../values/problem.ts';
import { Accessories, Annotations, ArtifactFacts } from '../harbor/artifact-facts.tsx';
import { ArtifactUsesSection } from '../harbor/artifact-uses-section.tsx';
import { repositoryCrumbs } from '../harbor/crumbs.ts';
import { shortName } from '../harbor/image-reference.ts';
import { answerPage } from '../page.tsx';
import { Notice } from '../parts/notices.tsx';
import { deletionAddress } from '../view/links.ts';
import { mayView } from '../view-access.ts';

export const artifactPage = createFunction().get(
  '/ui/artifacts/:project/:repository{.+}/:reference',
  mayView('read'),
  input({ param: artifactPath, query: useList.query, emptyIsAbsent: true }),
  async (c) => {
    const { project, repository, reference } = c.req.valid('param');
    const at = { project, repository };
    const [artifact, uses] = await Promise.all([
      describe(c, at, reference),
      // The page still shows what Harbor knows if the nodes cannot be read.
      findUses(c.get('services'), requestOf(c), { at, reference }).catch(orProblem),
    ]);
    // Harbor's own problem explains a missing artifact better than a half of the page.
    if (artifact === null && uses instanceof Problem) throw uses;
    const name = referenceText(reference);
    return answerPage(c, {
      title: shortName(at, reference),
      crumbs: repositoryCrumbs(at),
      content: (
        <>
          {artifact === null ? (
            <NotInHarbor />
          ) : (
            <>
              <ArtifactFacts c={c} at={at} artifact={artifact} />
              <p>
                <a href={deletionAddress({ ...at, reference: name })}>Plan its deletion</a> to see
                what would be deleted and what prevents it. A plan deletes nothing.
              </p>
            </>
          )}
          <ArtifactUsesSection c={c} uses={uses} query={c.req.valid('query')} />
          {artifact !== null && (
            <>
              <Accessories at={at} accessories={artifact.details.accessories} />
              <Annotations annotations={artifact.annotations} />
            </>
          )}
        </>
      ),
    });
  },
);

/** Describes the artifact; null: Harbor has none of that digest. @throws Problem harbor_not_found for a tag */
async function describe(
  c: FunctionContext,
  at: RepositoryAt,
  reference: Reference,
): Promise<DetailedArtifact | null> {
  try {
    const registry = c.get('services').registry.session(requestOf(c));
    return await c.get('log').upstream(registry.getDetailedArtifact(at, reference));
  } catch (err) {
    if (reference.kind === 'digest' && isMissing(err, 'artifact', 'repository', 'project'))
      return null;
    throw err;
  }
}

const NotInHarbor = () => (
  <Notice kind="warn" title="Harbor has no artifact of this digest.">
    <p>The nodes were searched for this digest only. What runs from it cannot be pulled again.</p>
  </Notice>
);
