/** The pages above those of a thing in Harbor. */
import { type Reference, type RepositoryAt, referenceText } from '../../values/names.ts';
import type { Crumb } from '../parts/breadcrumbs.tsx';
import { artifactAddress, HARBOR_PAGE, projectAddress, repositoryAddress } from '../view/links.ts';
import { shortReference } from './image-reference.ts';

export const HARBOR_CRUMBS: readonly Crumb[] = [['Harbor', HARBOR_PAGE]];

/** Makes the crumbs of a repository: Harbor and the project. */
export function projectCrumbs({ project }: Pick<RepositoryAt, 'project'>): readonly Crumb[] {
  return [...HARBOR_CRUMBS, ...crumb(project, projectAddress(project))];
}

/** Makes the crumbs of an artifact: Harbor, the project and the repository. */
export function repositoryCrumbs(at: RepositoryAt): readonly Crumb[] {
  return [...projectCrumbs(at), ...crumb(at.repository, repositoryAddress(at))];
}

/** Makes the crumbs of what is done with an artifact: all of them. */
export function artifactCrumbs(at: RepositoryAt, reference: Reference): readonly Crumb[] {
  const address = artifactAddress({ ...at, reference: referenceText(reference) });
  return [...repositoryCrumbs(at), ...crumb(shortReference(reference), address)];
}

function crumb(text: string, href: string | undefined): readonly Crumb[] {
  return href === undefined ? [] : [[text, href]];
}
