/** How many images of each node differ from the registry. The page of the nodes loads it when it is there. */

import type { DriftRow } from '../../drift/drift-answer.ts';
import { type DriftStatus, isDrifted, STATUS_TEXTS, STATUSES } from '../drift/drift-statuses.ts';
import { driftAddress } from '../links.ts';
import { Badge } from '../parts/badge.tsx';

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

interface DriftCountsProps {
  readonly node: string;
  readonly counts: DriftCounts;
}

/** Each count leads to its images. */
export function DriftCountList({ node, counts }: DriftCountsProps) {
  return (
    <ul class="drift-counts">
      {STATUSES.map((status) => {
        const count = counts.get(status);
        if (count === undefined) return null;
        const { kind, name } = STATUS_TEXTS[status];
        const showsRunning = count.running > 0 && isDrifted({ status });
        return (
          <li>
            <a href={driftAddress({ node, status })}>
              <Badge kind={kind}>
                {count.images} {name.toLowerCase()}
                {showsRunning && ` (${runningText(count)})`}
              </Badge>
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function runningText({ images, running }: Count): string {
  return images === running ? 'running' : `${running} running`;
}
