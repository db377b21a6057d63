/** The pages against the JSON of the same data: what a page costs beyond it, and its bytes over the wire. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { measure, type Side, timed } from './measure.ts';
import { figure, table, title } from './report.ts';

const SIZE: FleetSize = { nodes: 50, images: 200, repositories: 25, artifacts: 400 };
const ROUNDS = 5;
const AT_MOST_MS = 100;
const AT_MOST_KIB = 60;
const SLICE = 'page_size=100';
const REPOSITORY = 'project-0000/repository-0000';

/** Each view, with the endpoint of its data. */
const VIEWS = [
  ['/ui', '/nodes'],
  ['/ui/nodes/node-0001', `/nodes/node-0001/images?${SLICE}`],
  ['/ui/compare', `/compare?${SLICE}`],
  ['/ui/drift', `/drift?${SLICE}`],
  ['/ui/drift?page_size=1000', '/drift?page_size=1000'],
  ['/ui/unused', `/harbor/unused?${SLICE}`],
  ['/ui/harbor', `/harbor/projects?${SLICE}`],
  ['/ui/harbor/project-0000', `/harbor/repositories/project-0000?${SLICE}`],
  [`/ui/harbor/${REPOSITORY}`, `/harbor/artifacts/${REPOSITORY}?${SLICE}`],
  [`/ui/artifacts/${REPOSITORY}/v399`, `/usage/${REPOSITORY}/v399`],
  [`/ui/artifacts/${REPOSITORY}/v0/deletion`, `/harbor/artifacts/${REPOSITORY}/v0/deletion-plan`],
] as const;

export async function ui(): Promise<void> {
  const { nodes, images, repositories, artifacts } = SIZE;
  title(
    `Pages over ${nodes} nodes with ${images} images each and ${repositories * artifacts} artifacts, ` +
      'against the JSON of the same data',
  );
  const fleet = await startFleet(SIZE);
  const service = await fleet.startService();
  const side = (path: string): Side => {
    const get = () => load(service.url + path);
    return {
      name: path,
      // The first request reads what the second one shares.
      run: () => get().then(() => timed(get)),
    };
  };
  const sides = await measure(
    VIEWS.flatMap(([page, json]) => [side(json), side(page)]),
    { rounds: ROUNDS, warmUp: true },
  );
  table(sides, 'ms');
  for (const [index, [page]] of VIEWS.entries()) {
    const [json, html] = sides.slice(2 * index, 2 * index + 2);
    // The lowest times, because other load only adds to both.
    const value = (html?.lowest ?? Number.NaN) - (json?.lowest ?? Number.NaN);
    figure({ what: `${page} beyond its data`, value, unit: 'ms', atMost: AT_MOST_MS });
  }
  const { text } = await load(`${service.url}/ui`);
  const assets = [...text.matchAll(/(?:href|src)="(\/ui\/assets\/[^"]+)"/g)].map(
    ([, path]) => path,
  );
  const loaded = await Promise.all(assets.map((path) => load(`${service.url}${path}`)));
  const assetBytes = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  figure({ what: 'style sheet and script', value: assetBytes / 1024, unit: 'KiB' });
  for (const [page] of VIEWS) {
    const { bytes } = await load(service.url + page);
    const value = (bytes + assetBytes) / 1024;
    // The limit is for what a view shows first, not for the largest slice.
    const goal = page.includes('page_size') ? {} : { atMost: AT_MOST_KIB };
    figure({ what: `${page} with them`, value, unit: 'KiB', ...goal });
  }
  await service.stop();
  await fleet.stop();
}

/** What a browser loads: the bytes over the wire. `fetch` hides them. */
function load(url: string): Promise<{ readonly bytes: number; readonly text: string }> {
  const headers = { Accept: 'text/html,*/*;q=0.8', 'Accept-Encoding': 'gzip' };
  return new Promise((resolve, reject) => {
    request(url, { headers }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const body = Buffer.concat(parts);
        if (incoming.statusCode !== 200)
          reject(new Error(`${url} answered ${incoming.statusCode}`));
        const isGzip = incoming.headers['content-encoding'] === 'gzip';
        resolve({ bytes: body.length, text: (isGzip ? gunzipSync(body) : body).toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}
