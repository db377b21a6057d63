/** How a node was read: its status in a word, and the notice of one that was not read as it is now. */
import type { NodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import { Badge, type BadgeKind } from '../parts/badge.tsx';
import { Notice } from '../parts/notices.tsx';
import { Time } from '../parts/values.tsx';

export const NODE_KINDS: Readonly<Record<NodeStatusRow['status'], BadgeKind>> = {
  ok: 'ok',
  stale: 'warn',
  unreadable: 'bad',
};

export function NodeStatus({ status }: Pick<NodeStatusRow, 'status'>) {
  return <Badge kind={NODE_KINDS[status]}>{status}</Badge>;
}

type NodeNoticeProps = Pick<NodeStatusRow, 'status' | 'read_at' | 'error'>;

/** Nothing of a node that was read, and says everything. */
export function NodeNotice({ status, read_at, error }: NodeNoticeProps) {
  if (error === null) return null;
  if (status === 'ok') {
    return (
      <Notice kind="info">
        <NodeError {...error} />
      </Notice>
    );
  }
  return status === 'stale' ? (
    <Notice kind="warn" title="This node cannot be read now. The page shows its last reading.">
      <p>
        Read at <Time at={read_at} />. Later changes are missing.
      </p>
      <NodeError {...error} />
    </Notice>
  ) : (
    <Notice kind="bad" title="This node cannot be read, so its images are unknown.">
      <NodeError {...error} />
      <p class="small">
        Until this is fixed, deletions are refused, because the node may use any artifact. Then
        reload the page.
      </p>
    </Notice>
  );
}

/** With the code, which the operator searches the log and the docs for. */
function NodeError({ code, detail }: NonNullable<NodeStatusRow['error']>) {
  return (
    <p>
      {detail} <code class="small">{code}</code>
    </p>
  );
}
