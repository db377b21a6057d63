/** `GET /local-images` under load, against a constant answer and against crictl for each request. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchCrictl } from './crictl.ts';
import { runLoad } from './load.ts';
import { ratio } from './measure.ts';
import { startProgram } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE, startServices } from './service.ts';

const ROWS = 30;
const CONNECTIONS = [1, 16];
const SECONDS = 1.5;
const BARE = 'bare Hono, a constant';
const EACH_TIME = 'one crictl a request';

export async function localImages(builds: readonly Build[]): Promise<void> {
  const crictl = benchCrictl(ROWS);
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const bodyPath = path.join(folder, 'body.json');
  const services = await startServices(builds, { crictlPath: crictl.path });
  const body = await (await fetch(`${services[0]?.program.url}/local-images`)).text();
  writeFileSync(bodyPath, body);
  const programs = [
    ...services,
    { name: BARE, program: await startProgram('bare-hono', { bodyPath }) },
    {
      name: EACH_TIME,
      program: await startProgram('crictl-each-time', { crictlPath: crictl.path }),
    },
  ];
  const find = await compare(
    `/local-images, ${ROWS} rows, ${body.length} bytes`,
    CONNECTIONS.flatMap((connections) =>
      programs.map(({ name, program: { url } }) => ({
        what: `${connections} connections`,
        who: name,
        unit: '/s',
        run: () => runLoad({ url: `${url}/local-images`, connections, seconds: SECONDS }),
      })),
    ),
    { rounds: 5, warmUp: true },
  );
  const own = find('16 connections', SERVICE);
  goal('shared', 100 * ratio(own, find('16 connections', BARE)));
  goal('crictlEachTime', ratio(own, find('16 connections', EACH_TIME)));
  await Promise.all(programs.map(({ program }) => program.stop()));
  crictl.cleanup();
  rmSync(folder, { recursive: true, force: true });
}
