/** The figures of all nodes together. */

import type { NodeRow } from '../../domain/nodes/node-rows-answer.ts';
import { Figures } from '../parts/facts.tsx';
import { Notice } from '../parts/notices.tsx';
import { Size } from '../parts/values.tsx';
import { nodeAddress } from '../view/links.ts';
import { LostSlot } from './drift-slot.tsx';

/** How many names the notice has. The cards come right after it. */
const MAX_NAMED = 10;

export function NodesSummary({ nodes }: { readonly nodes: readonly NodeRow[] }) {
  const unread = nodes.filter(({ status }) => status === 'unreadable');
  const stale = nodes.filter(({ status }) => status === 'stale');
  const read = nodes.filter(({ status }) => status !== 'unreadable');
  const reclaimable = sumOf(read.map((node) => node.reclaimable_bytes_max));
  return (
    <>
      {unread.length > 0 && (
        <Notice kind="bad" title={`${unread.length} of ${nodes.length} nodes cannot be read.`}>
          <p>
            {unread.slice(0, MAX_NAMED).map(({ name }, index) => (
              <>
                {index > 0 && ', '}
                <a href={nodeAddress(name)}>{name}</a>
              </>
            ))}
            {unread.length > MAX_NAMED && ` and ${unread.length - MAX_NAMED} more`}. The figures
            below do not include {unread.length === 1 ? 'it' : 'them'}.
          </p>
        </Notice>
      )}
      <Figures
        facts={[
          ['Nodes', nodes.length],
          ['Unreadable', unread.length],
          ...(stale.length > 0 ? [['Stale', stale.length] as const] : []),
          ['Images on nodes', sumOf(read.map(({ images }) => images)) ?? 'unknown'],
          ['Size of images', <Size bytes={sumOf(read.map((node) => node.images_bytes))} />],
          ['Reclaimable, at most', <Size bytes={reclaimable} />],
          ['Running, but gone from Harbor', <LostSlot />],
        ]}
      />
    </>
  );
}

/** Sums the parts; null if one is unknown, or there is none: no node could be read. */
function sumOf(parts: readonly (number | null)[]): number | null {
  if (parts.length === 0) return null;
  return parts.reduce((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}
