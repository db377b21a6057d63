/** How many images of each node differ from the registry. The page of the nodes loads it when it is there. */

import type { DriftCounts } from '../../domain/drift/count-drift.ts';
import type { DriftCount } from '../../ports/metrics/fleet-metrics.ts';
import { isDrifted, STATUS_TEXTS, STATUSES } from '../drift/drift-statuses.ts';
import { Badge } from '../parts/badge.tsx';
import { driftAddress } from '../view/links.ts';

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

function runningText({ images, running }: DriftCount): string {
  return images === running ? 'running' : `${running} running`;
}
