/** How many images of each node differ from the registry, and how. */
import type { DriftCount } from '../../ports/metrics/fleet-metrics.ts';
import type { DriftRow, DriftStatus } from './drift-answer.ts';

/** The counts of one node. */
export type DriftCounts = ReadonlyMap<DriftStatus, DriftCount>;

/** The counts by the name of the node. A node without images has none. */
export function countDrift(rows: readonly DriftRow[]): ReadonlyMap<string, DriftCounts> {
  const byNode = new Map<string, Map<DriftStatus, DriftCount>>();
  for (const { nodes, status, containers } of rows) {
    const users = new Set(containers.filter(isRunning).map(({ node }) => node));
    for (const node of nodes) {
      const counts = byNode.get(node) ?? new Map<DriftStatus, DriftCount>();
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
