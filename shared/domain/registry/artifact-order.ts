/** The order of artifacts by name: project, repository, digest. */
import { compareTexts } from '../../values/compare-texts.ts';

interface Named {
  readonly project: string;
  readonly repository: string;
  readonly digest: string;
}

export function byName(a: Named, b: Named): number {
  return (
    compareTexts(a.project, b.project) ||
    compareTexts(a.repository, b.repository) ||
    compareTexts(a.digest, b.digest)
  );
}
