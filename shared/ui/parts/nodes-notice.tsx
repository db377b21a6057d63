/** Says which nodes could not be read, before anything that was made from the others. */
import type { NodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import { nodeAddress } from '../view/links.ts';
import { Notice } from './notices.tsx';

/** Nothing if every node was read. */
export function NodesNotice({ nodes }: { readonly nodes: readonly NodeStatusRow[] }) {
  const unread = nodes.filter(({ status, error }) => status !== 'ok' || error !== null);
  if (unread.length === 0) return null;
  return (
    <Notice kind="warn" title="This page may be incomplete: not every node could be read now.">
      <ul>
        {unread.map(({ name, status, error }) => (
          <li>
            <a href={nodeAddress(name)}>{name}</a> ({status})
            {error !== null && `: ${withoutName(name, error.detail)}`}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Details of nodes begin with their name, which the list has already. */
function withoutName(name: string, detail: string): string {
  const prefix = `Node ${name}: `;
  return detail.startsWith(prefix) ? detail.slice(prefix.length) : detail;
}
