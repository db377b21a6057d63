/** The pages against the JSON of the same data, and their bytes over the wire. */
import { request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { type Side, timed } from './measure.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

const SIZE: FleetSize = { nodes: 50, images: 200, repositories: 25, artifacts: 400 };
const SLICE = 'page_size=100';
const REPOSITORY = 'project-0000/repository-0000';
const JSON_SIDE = 'its JSON';

/** Each view, with the endpoint of its data. */
const VIEWS = [
  ['/ui', '/nodes'],
  ['/ui/nodes/node-0001', `/nodes/node-0001/images?${SLICE}`],
  ['/ui/compare', `/compare?${SLICE}`],
  ['/ui/drift', `/drift?${SLICE}`],
  ['/ui/unused', `/harbor/unused?${SLICE}`],
  ['/ui/harbor', `/harbor/projects?${SLICE}`],
  [`/ui/harbor/${REPOSITORY}`, `/harbor/artifacts/${REPOSITORY}?${SLICE}`],
  [`/ui/artifacts/${REPOSITORY}/v399`, `/usage/${REPOSITORY}/v399`],
  [`/ui/artifacts/${REPOSITORY}/v0/deletion`, `/harbor/artifacts/${REPOSITORY}/v0/deletion-plan`],
] as const;
/** Has more rows than a page shows by default. */
const LARGE = ['/ui/drift?page_size=1000', '/drift?page_size=1000'] as const;

export async function pages(builds: readonly Build[]): Promise<void> {
  const { nodes, images, repositories, artifacts } = SIZE;
  const fleet = await startFleet(SIZE);
  const programs = await Promise.all(builds.map(fleet.startService));
  const services = builds.map(({ name }, index) => ({ name, url: programs[index]?.url ?? '' }));
  const base = services[0]?.url ?? '';
  const find = await compare(
    `Pages over ${nodes} nodes with ${images} images each and ${repositories * artifacts} artifacts`,
    [...VIEWS, LARGE].flatMap(([page, json]) => [
      ...services.map(({ name, url }) => timedSide(page, name, url + page)),
      timedSide(page, JSON_SIDE, base + json),
    ]),
    { rounds: 5, warmUp: true },
  );
  // The lowest times, because other load only adds to both.
  const lowest = (page: string, who: string) => Math.min(...find(page, who).samples);
  const costs = VIEWS.map(([page]) => lowest(page, SERVICE) - lowest(page, JSON_SIDE));
  goal('page', Math.max(...costs));

  const weights = await compare(
    'First visits, with the style sheet and the script',
    VIEWS.flatMap(([page]) =>
      services.map(
        ({ name, url }): Side => ({
          what: page,
          who: name,
          unit: 'KiB',
          run: async () => (await firstVisitBytes(url, page)) / 1024,
        }),
      ),
    ),
    { rounds: 1 },
  );
  goal('weight', Math.max(...VIEWS.flatMap(([page]) => weights(page, SERVICE).samples)));
  await Promise.all([...programs.map((program) => program.stop()), fleet.stop()]);
}

function timedSide(what: string, who: string, url: string): Side {
  const get = () => load(url);
  // The first request reads what the second one shares.
  return { what, who, unit: 'ms', run: () => get().then(() => timed(get)) };
}

async function firstVisitBytes(base: string, page: string): Promise<number> {
  const { text, bytes } = await load(base + page);
  const assets = [...text.matchAll(/(?:href|src)="(\/ui\/assets\/[^"]+)"/g)];
  const loaded = await Promise.all(assets.map(([, path]) => load(base + path)));
  return loaded.reduce((sum, asset) => sum + asset.bytes, bytes);
}

/** Loads a page as a browser does, and counts the bytes over the wire, which `fetch` hides. */
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
