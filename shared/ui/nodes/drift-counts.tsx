/** How many images of each node differ from the registry. The page of the nodes loads it when it is there. */
import type { DriftRow } from '../../drift/drift-answer.ts';
import { Badge, type Kind } from '../parts/badge.tsx';

type DriftStatus = DriftRow['status'];

interface Count {
  readonly images: number;
  /** Those of them that a running container of any node uses. */
  readonly running: number;
}

/** The counts of one node. */
export type DriftCounts = ReadonlyMap<DriftStatus, Count>;

/** The counts by the name of the node. A node without images has none. */
export function countDrift(rows: readonly DriftRow[]): ReadonlyMap<string, DriftCounts> {
  const byNode = new Map<string, Map<DriftStatus, Count>>();
  for (const { nodes, status, containers } of rows) {
    const users = new Set(containers.filter(isRunning).map(({ node }) => node));
    for (const node of nodes) {
      const counts = byNode.get(node) ?? new Map<DriftStatus, Count>();
      const { images, running } = counts.get(status) ?? { images: 0, running: 0 };
      counts.set(status, { images: images + 1, running: running + (users.has(node) ? 1 : 0) });
      byNode.set(node, counts);
    }
  }
  return byNode;
}

function isRunning({ state }: DriftRow['containers'][number]): boolean {
  return state === 'running';
}

/** The statuses, the most urgent first: what each means for whoever runs the node, and its words. */
const STATUSES: readonly (readonly [status: DriftStatus, kind: Kind, text: string])[] = [
  ['gone', 'bad', 'gone'],
  ['tag_moved', 'warn', 'tag moved'],
  ['untagged', 'warn', 'untagged'],
  ['unknown', 'info', 'unknown'],
  ['foreign', 'none', 'foreign'],
  ['in_sync', 'ok', 'in sync'],
];

interface DriftCountsProps {
  readonly node: string;
  readonly counts: DriftCounts;
}

/** Each count leads to its images. */
export function DriftCountList({ node, counts }: DriftCountsProps) {
  return (
    <ul class="drift-counts">
      {STATUSES.map(([status, kind, text]) => {
        const count = counts.get(status);
        if (count === undefined) return null;
        return (
          <li>
            <a href={driftAddress({ node, status })}>
              <Badge kind={kind}>
                {count.images} {text}
                {count.running > 0 && status !== 'in_sync' && `, ${count.running} running`}
              </Badge>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

/** The page of the drift, with its filters. */
export function driftAddress(query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `/ui/drift${search && `?${search}`}`;
}
