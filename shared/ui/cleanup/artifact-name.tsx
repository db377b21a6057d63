/** The name of an artifact of a plan. */
import type { Candidate } from '../../domain/cleanup/cleanup-answer.ts';
import { artifactAddress } from '../view/links.ts';

type Named = Pick<Candidate, 'project' | 'repository' | 'digest' | 'tags'>;

/** `project/repository` with the tags, as a link to the artifact. */
export function ArtifactName({ row }: { readonly row: Named }) {
  return (
    <a href={artifactAddress({ ...row, reference: row.digest })}>
      {`${row.project}/${row.repository}`}
      {row.tags.length === 0 ? ' (no tag)' : `:${row.tags.slice(0, 5).join(', ')}`}
      {row.tags.length > 5 && ` and ${row.tags.length - 5} more tags`}
    </a>
  );
}
