/**
 * One fresh `GET /local-images`, which crictl runs for, against crictl alone, and against the least that a Node
 * process can do with its output.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { connect } from './client.ts';
import { quickCrictl } from './crictl.ts';
import { above, type Side, timed } from './measure.ts';
import { startProgram } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE, startServices } from './service.ts';

const ROWS = 30;
const ROUNDS = 300;
const WHAT = 'a fresh /local-images';
const ALONE = 'crictl alone, from a shell';

export async function fresh(builds: readonly Build[]): Promise<void> {
  const crictl = quickCrictl(ROWS);
  const services = await startServices(builds, { crictlPath: crictl.path });
  const bare = await startProgram('crictl-each-time', { crictlPath: crictl.path });
  const shell = startShell(`${crictl.path} images -o json >/dev/null`);
  const programs = [...services, { name: 'crictl, JSON and an answer, bare Node', program: bare }];
  const connections = await Promise.all(
    programs.map(({ program }) =>
      connect(`${program.url}/local-images`, { 'Cache-Control': 'no-cache' }),
    ),
  );
  const side = (who: string, run: () => Promise<number>): Side => {
    return { what: WHAT, who, unit: 'ms', run };
  };
  const find = await compare(
    `${ROWS} rows, one request at a time`,
    [
      ...connections.map(({ get }, index) => side(programs[index]?.name ?? '', () => timed(get))),
      side(ALONE, shell.run),
    ],
    { rounds: ROUNDS, warmUp: true },
  );
  goal('fresh', above(find(WHAT, SERVICE), find(WHAT, ALONE)));
  shell.stop();
  for (const { close } of connections) close();
  await Promise.all(programs.map(({ program }) => program.stop()));
  crictl.cleanup();
}

/** A shell that runs the command when it is told to, and says how long that took. */
function startShell(command: string) {
  const loop = `while read -r _; do a=\${EPOCHREALTIME/[.,]/}; ${command}; b=\${EPOCHREALTIME/[.,]/}; echo $((b-a)); done`;
  const shell = spawn('bash', ['-c', loop], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  return {
    run: async (): Promise<number> => {
      shell.stdin.write('\n');
      return Number((await lines.next()).value) / 1000;
    },
    stop: () => shell.stdin.end(),
  };
}
