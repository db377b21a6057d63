/** Says which nodes could not be read, before anything that was made from the others. */
import { nodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import { reasonWithoutNode } from '../../ports/node-problem.ts';
import type { NodeState } from '../../ports/nodes.ts';
import { nodeAddress } from '../view/links.ts';
import { Notice } from './notices.tsx';

/** Nothing if every node was read. */
export function NodesNotice({ nodes }: { readonly nodes: readonly NodeState[] }) {
  const unread = nodes
    .map((state) => ({ ...nodeStatusRow(state), problem: state.problem }))
    .filter(({ error }) => error !== null);
  if (unread.length === 0) return null;
  return (
    <Notice kind="warn" title="This page may be incomplete: not every node could be read now.">
      <ul>
        {unread.map(({ name, status, error, problem }) => (
          <li>
            <a href={nodeAddress(name)}>{name}</a> ({status}):{' '}
            {problem === null ? error?.detail : reasonWithoutNode(problem)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
