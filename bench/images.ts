/** `GET /images` over the registry that the old service was measured with, against one call at a time. */
import { getRows, startHarbor } from './harbor.ts';
import { measure, ratio, timed } from './measure.ts';
import { figure, table, title } from './report.ts';

const TAGS = 379;
const LATENCY_MS = 5;

export async function images(): Promise<void> {
  title(`/images: 125 projects, 172 repositories, ${TAGS} tags, ${LATENCY_MS} ms a call`);
  const { service, script, stop } = await startHarbor({
    latencyMs: LATENCY_MS,
    registry: 'comparison',
  });
  const [own, crawl] = await measure(
    [
      {
        name: 'service',
        run: () => timed(() => getRows(`${service.url}/images`, TAGS, harborImages)),
        peakMb: service.peakMb,
      },
      {
        name: 'one repository after another',
        run: () => timed(() => getRows(`${script.url}/crawl`, TAGS)),
        peakMb: script.peakMb,
      },
    ],
    { rounds: 9, warmUp: true },
  );
  await stop();
  table(
    [own, crawl].flatMap((side) => side ?? []),
    'ms',
  );
  const value = 100 * ratio(own, crawl);
  figure({ what: `of the crawl's time, with all ${TAGS} tags`, value, unit: '%', atMost: 20 });
}

/** The list. @throws Error if anything was left out */
function harborImages(body: unknown): unknown {
  const { harbor_images, errors } = body as { harbor_images: unknown; errors: readonly unknown[] };
  return errors.length === 0 ? harbor_images : null;
}
