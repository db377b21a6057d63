/** The members of every answer over nodes. */
import * as z from 'zod/mini';
import type { NodeState, NodesReading } from '../../ports/nodes.ts';

/** How one node was read. */
export const nodeStatusSchema = z.object({
  name: z.string(),
  status: z.enum(['ok', 'stale', 'unreadable']),
  /** RFC 3339. */
  read_at: z.nullable(z.string()),
  age_ms: z.nullable(z.number()),
  /** A code of the problems; `bridge_outdated` of an `ok` node whose bridge cannot say everything. */
  error: z.nullable(z.object({ code: z.string(), detail: z.string() })),
});
export type NodeStatusRow = z.infer<typeof nodeStatusSchema>;

/** The members of an answer over nodes in addition to its rows. */
export const nodesMembers = {
  complete: z.boolean(),
  nodes: z.readonly(z.array(nodeStatusSchema)),
} as const;

const OUTDATED = {
  code: 'bridge_outdated',
  detail:
    'The bridge is of an earlier version. Update it, so that it also reports pods and the runtime.',
};

/** How the nodes were read, as members of an answer. */
export function nodesMembersOf({ nodes, complete }: Pick<NodesReading, 'nodes' | 'complete'>) {
  return { complete, nodes: nodes.map(nodeStatusRow) };
}

export function nodeStatusRow({
  name,
  status,
  readAtMs,
  ageMs,
  problem,
  reading,
}: NodeState): NodeStatusRow {
  const outdated = status === 'ok' && reading?.facts === null ? OUTDATED : null;
  return {
    name,
    status,
    read_at: readAtMs === null ? null : new Date(readAtMs).toISOString(),
    age_ms: ageMs === null ? null : Math.round(ageMs),
    error: problem === null ? outdated : { code: problem.code, detail: problem.message },
  };
}
