/** How many complete lists the service answers while more and more clients ask for them. */
import { startHarbor } from './harbor.ts';
import { runLoad } from './load.ts';
import { measure, ratio } from './measure.ts';
import { figure, table, title } from './report.ts';

const ROWS = 1_000;
const LATENCY_MS = 5;
const CLIENTS = [6, 40, 100, 200];
const SECONDS = 4;
const ROUNDS = 2;

export async function goodput(): Promise<void> {
  title(`A list of ${ROWS.toLocaleString('en-US')} artifacts, ${LATENCY_MS} ms a call`);
  const { service, stop } = await startHarbor({
    latencyMs: LATENCY_MS,
    registry: { artifacts: ROWS },
  });
  const url = `${service.url}/harbor/artifacts/project-000/repository-000`;
  const refused = new Map<number, number>();
  const side = (connections: number) => ({
    name: `${connections} clients`,
    run: async () => {
      const options = { url, connections, seconds: SECONDS, mayRefuse: true };
      const load = await runLoad(options);
      refused.set(connections, (refused.get(connections) ?? 0) + load.refused);
      return load.answered;
    },
    peakMb: service.peakMb,
  });
  const sides = await measure(CLIENTS.map(side), { rounds: ROUNDS });
  await stop();
  table(sides, '/s');
  const [, forty, , twoHundred] = sides;
  // Both are noisy: a fall is a good deal more than the noise.
  figure({
    what: 'answered to 200 clients, of those to 40',
    value: 100 * ratio(twoHundred, forty),
    unit: '%',
    atLeast: 80,
  });
  for (const [clients, perSecond] of refused) {
    figure({ what: `refused with ${clients} clients`, value: perSecond / ROUNDS, unit: '/s' });
  }
}
