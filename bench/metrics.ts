/** A scrape of `/metrics`, after requests to several routes, against the smallest answer. */
import { measure, timed } from './measure.ts';
import { benchCrictl } from './node.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const ROUNDS = 50;
const PATHS = ['/local-images', '/nodes', '/compare', '/livez', '/journal', '/nowhere', '/metrics'];

export async function metrics(): Promise<void> {
  title('A scrape of /metrics, one at a time');
  const crictl = benchCrictl(30);
  const service = await startService({ crictlPath: crictl.path });
  for (const one of PATHS) await get(`${service.url}${one}`);
  const body = await get(`${service.url}/metrics`);
  const scrape = { name: '/metrics', run: () => timed(() => get(`${service.url}/metrics`)) };
  const livez = { name: '/livez', run: () => timed(() => get(`${service.url}/livez`)) };
  const sides = await measure([scrape, livez], { rounds: ROUNDS, warmUp: true });
  table(sides, 'ms');
  const [scraped] = sides;
  figure({ what: 'a scrape', value: scraped?.median ?? Number.NaN, unit: 'ms', atMost: 20 });
  figure({ what: 'size of a scrape', value: body.length / 1024, unit: 'KiB' });
  await service.stop();
  crictl.cleanup();
}

async function get(url: string): Promise<string> {
  return (await fetch(url)).text();
}
