/** Who uses an artifact, or why that is not known. */
import type { FunctionContext } from '../../http/function.ts';
import { nodesMembersOf } from '../../nodes/nodes-answer.ts';
import { Problem } from '../../problem.ts';
import type { ArtifactUses } from '../../use/usage-list.ts';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { Empty } from '../parts/notices.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { UseTable } from './use-table.tsx';

interface ArtifactUsesSectionProps {
  readonly c: FunctionContext;
  /** A problem if it could not be found out. */
  readonly uses: ArtifactUses | Problem;
}

export function ArtifactUsesSection({ c, uses }: ArtifactUsesSectionProps) {
  return (
    <section aria-labelledby="uses">
      <h2 id="uses">Who uses it</h2>
      {uses instanceof Problem ? (
        <>
          <p>It is not known who uses the artifact.</p>
          <ProblemBox problem={uses} requestId={c.get('requestId')} />
        </>
      ) : (
        <FoundUses uses={uses} />
      )}
    </section>
  );
}

function FoundUses({ uses: { reading, uses } }: { readonly uses: ArtifactUses }) {
  const { nodes } = nodesMembersOf(reading);
  return (
    <>
      <NodesNotice nodes={nodes} />
      {uses.length > 0 ? (
        <UseTable label="Uses of the artifact" uses={uses} />
      ) : reading.complete ? (
        <Empty title={nodes.length === 1 ? 'The node does not have it.' : 'No node has it.'}>
          <p>No container uses it, in any state.</p>
        </Empty>
      ) : (
        <Empty title="No node that could be read has it.">
          <p>It may be in use on the others.</p>
        </Empty>
      )}
    </>
  );
}
