/** Reads the nodes and the registry for a request, and finds the artifacts that no node holds. */

import type { NodesReading } from '../../ports/nodes.ts';
import { allowedAge, type RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { firstNames } from '../../values/first-names.ts';
import type { ProjectName } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { withDoubtsDecided } from '../images/doubts.ts';
import { type HeldIndex, sharedHeldIndex } from '../images/held-index.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import { byName } from '../registry/artifact-order.ts';
import { readRegistry } from '../registry/whole-registry.ts';
import { indexUndeletable, type UndeletableIndex } from './undeletable.ts';
import type { LeftOut, UnusedArtifact } from './unused-answer.ts';
import { leftOutRow, unusedArtifacts } from './unused-artifacts.ts';

/** How many nodes a message names; the problem's `unreadable` has all. */
const MAX_NAMED = 20;

export interface UnusedDemand {
  /** The project to read; null: all. */
  readonly project: ProjectName | null;
  /** Only what was neither pushed nor pulled for this long; null: any age. */
  readonly olderThanMs: number | null;
  /** True if the answer is given although it is not known what all nodes hold. */
  readonly allowPartial: boolean;
}

export interface Unused {
  /** Largest first. */
  readonly artifacts: readonly UnusedArtifact[];
  /** Those that are not among them for a doubt alone. */
  readonly leftOut: readonly LeftOut[];
  readonly reading: NodesReading;
  /** Those of which it is known that Harbor would not delete them. */
  readonly undeletable: () => UndeletableIndex;
  /** True if one of them may be in use all the same. */
  readonly isPartial: boolean;
}

/**
 * Finds the artifacts that no node holds.
 * @throws Problem usage_unknown; of Harbor if a list cannot be completed; as `readNodes`
 */
export async function readUnused(
  services: DomainServices,
  request: RequestContext,
  { project, olderThanMs, allowPartial }: UnusedDemand,
): Promise<Unused> {
  const { memo, now } = services;
  // Never an earlier reading: what was unused then may be in use now.
  const reading = await readNodes(services, request, { allowStale: false, takesHang: true });
  const held = sharedHeldIndex(memo, reading);
  const doubt = doubtIn(reading, held);
  if (doubt !== null && !allowPartial) throw usageUnknown(doubt, reading);

  const registry = services.registry.session(request);
  const projects = project === null ? null : [project];
  const wanted = readRegistry({ registry, projects, ...allowedAge(request) });
  const repositories = await request.log.upstream(wanted);
  const sinceMs = olderThanMs === null ? null : now() - olderThanMs;
  const found = withDoubtsDecided({ registry, held }, (configs) =>
    unusedArtifacts({ repositories, held, configs, sinceMs }, memo),
  );
  const { artifacts, doubted } = await request.log.upstream(found);
  const undeletable = () => memo(indexUndeletable, repositories);
  const leftOut = doubted.map(leftOutRow).sort(byName);
  return { artifacts, leftOut, reading, undeletable, isPartial: doubt !== null };
}

/** Why it is not known what the nodes hold; null: it is known. */
function doubtIn({ nodes }: NodesReading, { unclear }: HeldIndex): string | null {
  if (nodes.length === 0) return 'No nodes are known.';
  const unread = nodes
    .filter(({ status }) => status !== 'ok')
    .map(({ name, problem }) => `${name} (${problem?.code ?? 'unreadable'})`);
  if (unread.length > 0) {
    return `These nodes could not be read: ${firstNames(unread, MAX_NAMED)}.`;
  }
  const [first] = unclear;
  if (first === undefined) return null;
  const { name, id } = first.container;
  return `Cannot determine which image container ${name || id.slice(0, 13)} on ${first.node} uses.`;
}

function usageUnknown(doubt: string, { nodes }: NodesReading): Problem {
  const unreadable = nodes.filter(({ status }) => status !== 'ok').map(({ name }) => name);
  const advice =
    'So an artifact that seems unused may be in use. ' +
    (unreadable.length > 0 ? 'GET /nodes says what is wrong. ' : '') +
    'With allow_partial=true the service answers all the same.';
  return new Problem('usage_unknown', `${doubt} ${advice}`, { extras: { unreadable } });
}
