/**
 * Where the drift of nodes goes. It needs the registry, which may be slow or down, so the page does not wait for it:
 * it has links, and htmx replaces them by counts. One request is for all nodes of a page.
 */
import type { Child } from 'hono/jsx';
import type { DriftRow } from '../../drift/drift-answer.ts';
import type { NodeState } from '../../nodes/nodes.ts';
import type { Problem } from '../../problem.ts';
import { countDrift, DriftCountList, type DriftCounts, driftAddress } from './drift-counts.tsx';

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
  /** Of all nodes, or why it is not known. */
  readonly drift: NodesDrift | Problem;
}

/** How nodes differ from Harbor. */
export interface NodesDrift {
  readonly rows: readonly DriftRow[];
  /** How they were read. */
  readonly nodes: readonly Pick<NodeState, 'name' | 'status'>[];
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
          <span class="unknown">unknown</span> <span class="small">{drift.message}</span>
        </Lost>
      </>
    );
  }
  const byNode = countDrift(drift.rows);
  const unread = drift.nodes.filter(({ status }) => status === 'unreadable');
  return (
    <>
      {nodes.map((node) => (
        <NodeDrift node={node} replaces>
          {unread.some(({ name }) => name === node) ? (
            <span class="unknown">unknown: the node cannot be read now</span>
          ) : (
            <DriftOf node={node} counts={byNode.get(node)} />
          )}
        </NodeDrift>
      ))}
      <Lost replaces>
        {unread.length === drift.nodes.length ? (
          <span class="unknown">unknown</span>
        ) : (
          <LostCount rows={drift.rows} unread={unread.length} />
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

/** Images that could not be compared may be lost as well, and those of nodes that could not be read. */
function LostCount({ rows, unread }: Pick<NodesDrift, 'rows'> & { readonly unread: number }) {
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
  /** Whether it takes the place of the one on the page. */
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
