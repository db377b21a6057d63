/** GET /ui/nodes/{node}: a node with its images. The data of GET /nodes and GET /nodes/{node}/images. */

import { findNode } from '../../domain/nodes/node-image-list.ts';
import { nodeRow } from '../../domain/nodes/node-rows.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { nodePath } from '../../http/node-path.ts';
import { requestOf } from '../../http/request-context.ts';
import type { NodeState } from '../../ports/nodes.ts';
import { ImageList } from '../images/image-list.tsx';
import { usedImages, type ViewImage, viewImages, viewImagesQuery } from '../images/view-images.ts';
import { DriftLoader, NodeDriftSlot } from '../nodes/drift-slot.tsx';
import { NodeCardFacts } from '../nodes/node-card.tsx';
import { NodeNotice, NodeStatus } from '../nodes/node-status.tsx';
import { answerPage } from '../page.tsx';
import { Copied } from '../parts/values.tsx';
import { driftAddress } from '../view/links.ts';
import { mayView } from '../view-access.ts';

export const nodePage = createFunction().get(
  '/ui/nodes/:node',
  mayView('read'),
  input({ param: nodePath, query: viewImagesQuery, emptyIsAbsent: true }),
  async (c) => {
    const state = await findNode(c.get('services'), requestOf(c), c.req.valid('param').node);
    const { name, status, problem } = state;
    const node = nodeRow(state, c.get('services').memo);
    const images = imagesOf(c, state);
    return answerPage(c, {
      title: name,
      crumbs: [['Nodes', '/ui']],
      status: images === null ? (problem?.status ?? 503) : 200,
      content: (
        <>
          <p>
            <NodeStatus status={status} />
          </p>
          <NodeNotice {...node} />
          {images === null && (
            <p class="small">
              Request <Copied text={c.get('requestId')} what="request id" />
            </p>
          )}
          {images !== null && (
            <>
              <DriftLoader query={`?${new URLSearchParams({ node: name })}`} />
              <div class="node overview">
                <NodeCardFacts node={node} largest={null} />
                <div>
                  <NodeDriftSlot node={name} />
                  <NextSteps node={name} />
                </div>
              </div>
              <h2>Images</h2>
              <ImageList
                c={c}
                label={`Images on ${name}`}
                images={images}
                query={c.req.valid('query')}
              />
            </>
          )}
        </>
      ),
    });
  },
);

/** Lists the images of the node; null if it could not be read. */
function imagesOf(c: FunctionContext, { reading, status }: NodeState): readonly ViewImage[] | null {
  if (reading === null || status === 'unreadable') return null;
  const { memo, ignoreList } = c.get('services');
  const ignored = ignoreList();
  const used = memo(usedImages, reading);
  return memo(viewImages, used, ignored);
}

function NextSteps({ node }: { readonly node: string }) {
  return (
    <ul>
      <li>
        <a href={driftAddress({ node, status: 'gone', running: 'true' })}>
          Running images that would be lost with this node
        </a>
      </li>
      <li>
        <a href="/ui/compare">Compare it with the other nodes</a>
      </li>
    </ul>
  );
}
