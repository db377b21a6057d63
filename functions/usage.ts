/** GET /usage/{project}/{repository}/{reference}: who uses an artifact. Upstreams: the bridges and Harbor. */

import { findUses, useList } from '../shared/domain/usage/usage-list.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeUsage } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerOverNodes, rowList } from '../shared/http/lists/node-lists.ts';
import { readingListHeaders } from '../shared/http/lists/reading-headers.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { artifactPath } from '../shared/values/name-schemas.ts';
import { referenceText } from '../shared/values/names.ts';

export const usage = createFunction().get(
  '/usage/:project/:repository{.+}/:reference',
  may('read'),
  input({ param: artifactPath, query: useList.query, header: readingListHeaders }),
  async (c) => {
    const { project, repository, reference } = c.req.valid('param');
    const found = await findUses(c.get('services'), requestOf(c), {
      at: { project, repository },
      reference,
    });
    const extra = {
      project,
      repository,
      reference: referenceText(reference),
      digest: found.digest,
      in_registry: found.inRegistry !== null,
    };
    const lists = [rowList('uses', found.uses, useList)];
    return answerOverNodes(c, { reading: found.reading, extra, lists });
  },
);

export default edge(usage, { registry: edgeUsage, nodes: edgeNodes });
