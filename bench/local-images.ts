/** `GET /local-images` with 30 rows, against a constant answer and against the old service's way. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runLoad } from './load.ts';
import { measure, ratio } from './measure.ts';
import { benchCrictl } from './node.ts';
import { type Program, startProgram } from './program.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const ROWS = 30;
const CONNECTIONS = [1, 16, 64];
const SECONDS = 1.5;

export async function localImages(): Promise<void> {
  const crictl = benchCrictl(ROWS);
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const bodyPath = path.join(folder, 'body.json');
  const service = await startService({ crictlPath: crictl.path });
  const body = await (await fetch(`${service.url}/local-images`)).text();
  const rows = JSON.parse(body).length;
  if (rows !== ROWS) throw new Error(`/local-images answered ${rows} rows`);
  writeFileSync(bodyPath, body);
  const bare = await startProgram('bare-hono', { bodyPath });
  const eachTime = await startProgram('crictl-each-time', { crictlPath: crictl.path });

  for (const connections of CONNECTIONS) {
    title(`/local-images, ${ROWS} rows, ${body.length} bytes, ${connections} connections`);
    const load = (name: string, program: Program) => ({
      name,
      run: async () => {
        const url = `${program.url}/local-images`;
        return (await runLoad({ url, connections, seconds: SECONDS })).answered;
      },
      peakMb: program.peakMb,
    });
    const sides = await measure(
      [
        load('service', service),
        load('bare Hono, one constant', bare),
        load('one crictl a request', eachTime),
      ],
      { rounds: 3, warmUp: true },
    );
    table(sides, '/s');
    const [ours, least, old] = sides;
    const percent = 100 * ratio(ours, least);
    figure({
      what: `of bare Hono, ${connections} connections`,
      value: percent,
      unit: '%',
      atLeast: 50,
    });
    const goal = connections === 16 ? { atLeast: 50 } : {};
    const what = `against one crictl a request, ${connections} connections`;
    figure({ what, value: ratio(ours, old), unit: 'times', ...goal });
  }
  await Promise.all([service.stop(), bare.stop(), eachTime.stop()]);
  crictl.cleanup();
  rmSync(folder, { recursive: true, force: true });
}
