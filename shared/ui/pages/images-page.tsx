/** GET /ui/images: the images on this host. The data of GET /local-images, and what uses each. */

import { runtimeDoubt } from '../../domain/nodes/runtime-doubt.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import type { HostContainer, HostReading } from '../../ports/bridge.ts';
import { hostReading } from '../../ports/host-reading.ts';
import { orProblem, Problem } from '../../values/problem.ts';
import { ImageFigures } from '../images/image-figures.tsx';
import { ImageList } from '../images/image-list.tsx';
import {
  imagesWithoutUse,
  usedImages,
  viewImages,
  viewImagesQuery,
} from '../images/view-images.ts';
import { answerPage } from '../page.tsx';
import { Empty, Notice } from '../parts/notices.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { mayView } from '../view-access.ts';

export const imagesPage = createFunction().get(
  '/ui/images',
  mayView('read'),
  input({ query: viewImagesQuery, emptyIsAbsent: true }),
  async (c) => {
    const { bridge, ignoreList } = c.get('services');
    if (!bridge.configured) return answerWithoutHost(c);
    const ignored = ignoreList();
    const [images, containers] = await Promise.all([
      hostReading(c.get('services'), requestOf(c), 'images'),
      // The host's images can be shown even if its containers cannot be read.
      hostReading(c.get('services'), requestOf(c), 'containers').catch(orProblem),
    ]);
    const used =
      containers instanceof Problem
        ? imagesWithoutUse(images.rows)
        : usedImages({ images: images.rows, containers: containers.rows });
    const rows = viewImages(used, ignored);
    return answerPage(c, {
      title: 'Images',
      lead: (
        <>
          The images on the host of this service. For other hosts, choose a <a href="/ui">node</a>.
        </>
      ),
      content: (
        <>
          <RuntimeDoubt images={images} containers={containers} />
          <ImageFigures images={rows} />
          <ImageList c={c} label="Images on this host" images={rows} query={c.req.valid('query')} />
        </>
      ),
    });
  },
);

/** A router may have nodes, and no host of its own. */
async function answerWithoutHost(c: FunctionContext): Promise<Response> {
  const problem = await hostReading(c.get('services'), requestOf(c), 'images').catch(orProblem);
  if (!(problem instanceof Problem)) throw new Error('a host without a bridge was read');
  return answerPage(c, {
    title: 'Images',
    status: problem.status,
    content: (
      <>
        <Empty title="This service has no host of its own.">
          <p>
            <a href="/ui">Choose a node to see its images</a>
          </p>
        </Empty>
        <ProblemBox c={c} problem={problem} />
      </>
    ),
  });
}

interface RuntimeDoubtProps {
  readonly images: Awaited<ReturnType<typeof hostReading<'images'>>>;
  readonly containers: HostReading<HostContainer> | Problem;
}

/** Shows what is not known of the images that follow. */
function RuntimeDoubt({ images, containers }: RuntimeDoubtProps) {
  if (containers instanceof Problem) {
    return (
      <Notice kind="warn" title="What uses the images is unknown.">
        <p>{containers.message}</p>
      </Notice>
    );
  }
  const ambiguous = images.ambiguous ?? containers.ambiguous ?? [];
  const doubt = runtimeDoubt({ images: images.rows, containers: containers.rows, ambiguous });
  if (doubt === null) return null;
  return (
    <Notice kind="warn" title="These may not be the images of the pods.">
      <p>{doubt.message}</p>
    </Notice>
  );
}
