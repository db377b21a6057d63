/** GET /harbor/unused: the artifacts that no node holds. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import { imagesOnNodes } from '../shared/drift/images-on-nodes.ts';
import type { UnusedArtifact } from '../shared/drift/unused-answer.ts';
import { unusedArtifacts } from '../shared/drift/unused-artifacts.ts';
import { DURATION, parseDuration } from '../shared/duration.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeRegistry } from '../shared/edge/edge-registry.ts';
import { hostHeaders, wantsFresh } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { harborSession } from '../shared/http/harbor-endpoints.ts';
import { projectName } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, filterAndSort, listHeaders, listOptions } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';
import type { NodesReading } from '../shared/nodes/nodes.ts';
import { readNodes } from '../shared/nodes/nodes-reading.ts';
import { Problem } from '../shared/problem.ts';
import { readRegistry } from '../shared/registry/whole-registry.ts';
import { type HeldIndex, sharedHeldIndex } from '../shared/use/held-index.ts';

const rows = defineList<UnusedArtifact>({
  sortable: ['project', 'repository', 'digest', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [`${row.project}/${row.repository}`, row.digest, ...row.tags],
});

const query = z.extend(rows.query, {
  project: z.optional(projectName),
  older_than: z.optional(
    z.string(DURATION).check(z.refine((text) => parseDuration(text) !== null, DURATION)),
  ),
  allow_partial: z.optional(z.boolean('expected true or false')),
});

export const harborUnused = createFunction().get(
  '/harbor/unused',
  may('read'),
  input({ query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (c) => {
    const { project = null, older_than, allow_partial = false } = c.req.valid('query');
    const { memo, now, registry } = c.get('services');
    // Never an earlier reading: what was unused then may be in use now.
    const reading = await readNodes(c, { allowStale: false });
    const held = sharedHeldIndex(memo, reading);
    const doubt = doubtIn(reading, held);
    if (doubt !== null && !allow_partial) throw usageUnknown(doubt, reading);

    const images = memo(reading.contents, 'images', () => imagesOnNodes(reading));
    const repositories = await readWanted(c, { registry, project });
    const olderThanMs = older_than === undefined ? null : parseDuration(older_than);
    const sinceMs = olderThanMs === null ? null : now() - olderThanMs;
    const unused = unusedArtifacts({ repositories, held, images, sinceMs });

    const found = filterAndSort(unused, { ...listOptions(c.req.valid('query')), sort: null }, rows);
    const size_bytes = found.reduce((sum, row) => sum + row.size_bytes, 0);
    const extra = { partial: doubt !== null, size_bytes };
    return answerOverNodes(c, { reading, lists: [rowList('artifacts', unused, rows)], extra });
  },
);

function readWanted(
  c: FunctionContext,
  wanted: Pick<Parameters<typeof readRegistry>[0], 'registry' | 'project'>,
) {
  const isFresh = wantsFresh({ 'cache-control': c.req.header('cache-control') });
  const scope = { ...wanted, session: harborSession(c), ...(isFresh && { maxAgeMs: 0 }) };
  return c.get('log').upstream(readRegistry(scope));
}

/** Why it is not known what the nodes hold; null: it is known. */
function doubtIn({ nodes }: NodesReading, { unclear }: HeldIndex): string | null {
  if (nodes.length === 0) return 'No nodes are known.';
  const unread = nodes
    .filter(({ status }) => status !== 'ok')
    .map(({ name, problem }) => `${name} (${problem?.code ?? 'unreadable'})`);
  if (unread.length > 0) return `These nodes could not be read: ${unread.join(', ')}.`;
  const [first] = unclear;
  if (first === undefined) return null;
  const { name, id } = first.container;
  return `Cannot determine which image container ${name || id.slice(0, 13)} on ${first.node} uses.`;
}

function usageUnknown(doubt: string, reading: NodesReading): Problem {
  const advice =
    'An artifact that seems unused may be in use there. GET /nodes says what is wrong with them; ' +
    'allow_partial=true answers without them.';
  const names = reading.nodes.filter(({ status }) => status !== 'ok').map(({ name }) => name);
  return new Problem('usage_unknown', `${doubt} ${advice}`, { extras: { unreadable: names } });
}

export default edge(harborUnused, { harbor: edgeHarbor, nodes: edgeNodes, registry: edgeRegistry });
