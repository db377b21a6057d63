/** GET /usage/{project}/{repository}/{reference}: who uses an artifact. Upstreams: the bridges and Harbor. */
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeRegistry } from '../shared/edge/edge-registry.ts';
import { referenceText } from '../shared/harbor/http/url.ts';
import { allowedAge, readingListHeaders } from '../shared/host/host-reading.ts';
import { registryNames } from '../shared/host/registry-names.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { harborSession } from '../shared/http/harbor-endpoints.ts';
import { artifactPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';
import { readNodes } from '../shared/nodes/nodes-reading.ts';
import { artifactUses } from '../shared/use/artifact-uses.ts';
import { findArtifact, soughtArtifact } from '../shared/use/registry-artifact.ts';
import type { Use } from '../shared/use/usage-answer.ts';

const rows = defineList<Use>({
  sortable: ['node', 'namespace', 'pod', 'container', 'state', 'since', 'match'],
  searched: (row) => [row.node, row.namespace ?? '', row.pod ?? '', row.container ?? '', row.image],
});

export const usage = createFunction().get(
  '/usage/:project/:repository{.+}/:reference',
  may('read'),
  input({
    param: artifactPath,
    query: rows.query,
    header: readingListHeaders,
  }),
  async (c) => {
    const { registry, configuration } = c.get('services');
    const { project, repository, reference } = c.req.valid('param');
    const asked = { at: { project, repository }, reference };
    const session = harborSession(c);
    const [reading, found] = await Promise.all([
      readNodes(c, { allowStale: true }),
      c.get('log').upstream(findArtifact(session, registry, { ...asked, ...allowedAge(c) })),
    ]);
    const registries = registryNames(configuration);
    const artifact = await soughtArtifact(session, asked, { found, reading, registries });
    const uses = artifactUses(reading.nodes, artifact);
    const extra = {
      project,
      repository,
      reference: referenceText(reference),
      digest: artifact.digest,
      in_registry: found !== null,
    };
    return answerOverNodes(c, { reading, extra, lists: [rowList('uses', uses, rows)] });
  },
);

export default edge(usage, { harbor: edgeHarbor, nodes: edgeNodes, registry: edgeRegistry });
