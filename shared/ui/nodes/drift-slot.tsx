/**
 * Where the drift of nodes goes. It needs the registry, which may be slow or down, so the page does not wait for it:
 * it has links, and htmx replaces them by counts. One request is for all nodes of a page.
 */

import type { Child } from 'hono/jsx';
import { countDrift, type DriftCounts } from '../../domain/drift/count-drift.ts';
import type { DriftRow } from '../../domain/drift/drift-answer.ts';
import type { findDrift } from '../../domain/drift/drift-list.ts';
import type { Problem } from '../../values/problem.ts';
import { Unknown } from '../parts/values.tsx';
import { driftAddress } from '../view/links.ts';
import { DriftCountList } from './drift-counts.tsx';

/** The path of the fragment. */
export const DRIFT_COUNTS = '/ui/drift-counts';

/** Asks for the counts once it is on the page. */
export function DriftLoader({ query }: { readonly query: string }) {
  return <div hx-get={DRIFT_COUNTS + query} hx-trigger="load" hx-swap="none" />;
}

/** The drift of a node before it is known: a link. */
export function NodeDriftSlot({ node }: { readonly node: string }) {
  return (
    <NodeDrift node={node}>
      <a href={driftAddress({ node })}>Compare its images with Harbor</a>
    </NodeDrift>
  );
}

/** The number of running images that the registry does not have any more, before it is known. */
export function LostSlot() {
  return (
    <Lost>
      <span aria-hidden="true">–</span>{' '}
      <a class="small" href={driftAddress({ status: 'gone', running: 'true' })}>
        show them
      </a>
    </Lost>
  );
}

interface DriftFragmentProps {
  /** The names of the nodes to show. */
  readonly nodes: readonly string[];
  /** The drift of all nodes, or why it is not known. */
  readonly drift: Awaited<ReturnType<typeof findDrift>> | Problem;
}

/** Replaces the slots of a page. */
export function DriftFragment({ nodes, drift }: DriftFragmentProps) {
  if ('code' in drift) {
    return (
      <>
        {nodes.map((node) => (
          <NodeDrift node={node} replaces>
            <a href={driftAddress({ node })}>Unknown: the comparison with Harbor failed</a>
          </NodeDrift>
        ))}
        <Lost replaces>
          <Unknown /> <span class="small">{drift.message}</span>
        </Lost>
      </>
    );
  }
  const { reading, found } = drift;
  const byNode = countDrift(found.rows);
  const unread = reading.nodes.filter(({ status }) => status === 'unreadable');
  return (
    <>
      {nodes.map((node) => (
        <NodeDrift node={node} replaces>
          {unread.some(({ name }) => name === node) ? (
            <Unknown text="unknown: the node cannot be read now" />
          ) : (
            <DriftOf node={node} counts={byNode.get(node)} />
          )}
        </NodeDrift>
      ))}
      <Lost replaces>
        {unread.length === reading.nodes.length ? (
          <Unknown />
        ) : (
          <LostCount rows={found.rows} unread={unread.length} />
        )}
      </Lost>
    </>
  );
}

function DriftOf({
  node,
  counts,
}: {
  readonly node: string;
  readonly counts: DriftCounts | undefined;
}) {
  if (counts === undefined) return <>no images</>;
  return <DriftCountList node={node} counts={counts} />;
}

interface LostCountProps {
  readonly rows: readonly DriftRow[];
  /** How many nodes could not be read. */
  readonly unread: number;
}

/** Images that could not be compared may be lost as well, and those of nodes that could not be read. */
function LostCount({ rows, unread }: LostCountProps) {
  const running = rows.filter((row) => row.running);
  const lost = running.filter(({ status }) => status === 'gone').length;
  const unknown = running.filter(({ status }) => status === 'unknown').length;
  return (
    <>
      <a
        class={lost > 0 ? 'alarm' : undefined}
        href={driftAddress({ status: 'gone', running: 'true' })}
      >
        {lost}
      </a>
      {unknown > 0 && (
        <>
          {' '}
          <a class="small" href={driftAddress({ status: 'unknown', running: 'true' })}>
            {unknown} not compared
          </a>
        </>
      )}
      {unread > 0 && (
        <>
          {' '}
          <span class="small">
            without {unread === 1 ? '1 unreadable node' : `${unread} unreadable nodes`}
          </span>
        </>
      )}
    </>
  );
}

interface SlotProps {
  /** True if it takes the place of the one on the page. */
  readonly replaces?: boolean;
  readonly children: Child;
}

function NodeDrift({ node, replaces, children }: SlotProps & { readonly node: string }) {
  return (
    <div
      class="node-drift"
      id={`drift-${encodeURIComponent(node)}`}
      hx-swap-oob={replaces && 'true'}
    >
      <p class="small">Compared with Harbor</p>
      {children}
    </div>
  );
}

function Lost({ replaces, children }: SlotProps) {
  return (
    <span id="drift-lost" hx-swap-oob={replaces && 'true'}>
      {children}
    </span>
  );
}
