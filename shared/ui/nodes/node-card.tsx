/** A node as a card, and its facts, which its own page has too. */

import type { Child } from 'hono/jsx';
import type { NodeRow } from '../../domain/nodes/node-rows-answer.ts';
import { Age } from '../parts/age.tsx';
import { Facts } from '../parts/facts.tsx';
import { SizeBar, Unknown } from '../parts/values.tsx';
import { nodeAddress } from '../view/links.ts';
import { NodeDriftSlot } from './drift-slot.tsx';
import { NODE_KINDS, NodeNotice, NodeStatus } from './node-status.tsx';

/** The largest figures of all nodes, with which bars compare those of each. */
export interface Largest {
  readonly images: number;
  readonly disk: number;
}

/** Finds the largest figures; null for a single node: a full bar would look like a full disk. */
export function largestOf(nodes: readonly NodeRow[]): Largest | null {
  if (nodes.length < 2) return null;
  return {
    images: Math.max(0, ...nodes.map(({ images_bytes }) => images_bytes ?? 0)),
    disk: Math.max(0, ...nodes.map(({ disk_bytes }) => disk_bytes ?? 0)),
  };
}

interface NodeProps {
  readonly node: NodeRow;
  /** The largest figures of the nodes; null: there are no other nodes to compare with. */
  readonly largest: Largest | null;
}

export function NodeCard({ node, largest }: NodeProps) {
  const { name, status } = node;
  return (
    <article class={`card node ${NODE_KINDS[status]}`}>
      <header class="card-head">
        <h2>
          <a href={nodeAddress(name)}>{name}</a>
        </h2>
        <NodeStatus status={status} />
      </header>
      <NodeNotice {...node} />
      {status !== 'unreadable' && (
        <>
          <NodeCardFacts node={node} largest={largest} />
          <NodeDriftSlot node={name} />
        </>
      )}
    </article>
  );
}

/** Shows what was read of a node. */
export function NodeCardFacts({ node, largest }: NodeProps) {
  return (
    <Facts
      facts={[
        ['Read', <Age ageMs={node.age_ms} at={node.read_at} />],
        ['Runtime', runtimeOf(node)],
        ['Images', node.images ?? <Unknown />],
        ['Size of images', <SizeBar bytes={node.images_bytes} largest={largest?.images} />],
        ['Reclaimable', <SizeBar bytes={node.reclaimable_bytes_max} largest={largest?.images} />],
        ['Disk used', <SizeBar bytes={node.disk_bytes} largest={largest?.disk} />],
        ['Containers', node.containers ?? <Unknown />],
      ]}
    />
  );
}

function runtimeOf({ runtime }: NodeRow): Child {
  return runtime === null ? <Unknown /> : `${runtime.name} ${runtime.version}`;
}
