/** `/livez` answers at once, whatever arrives beside it: every endpoint with a body or a long list, as large as allowed. */
import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { atEndOfTests } from '../support/folder.ts';
import { startLargeWorld, WEBHOOK_TOKEN } from './large-world.ts';
import { probeLivez } from './livez-probe.ts';

const MOST_MS = 200;
const ATTEMPTS = 5;
const atEnd = atEndOfTests();
let url = '';
beforeAll(async () => {
  ({ url } = await startLargeWorld({ atEnd }));
  await (await fetch(`${url}/drift`)).arrayBuffer();
  await (await fetch(`${url}/harbor/unused`)).arrayBuffer();
});

const digest = (index: number) => `sha256:${index.toString(16).padStart(64, '0')}`;
/** The newest of each repository, which nodes have, and others. */
const resources = Array.from({ length: 1000 }, (_, index) => ({
  digest: digest(index * 10_000_000 + 39),
}));
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
let deliveries = 0;
const deliver = (type: string, repository: string) =>
  post(
    '/webhooks/harbor',
    {
      type,
      occur_at: ++deliveries, // so that none is a repeat
      event_data: { resources, repository: { repo_full_name: repository } },
    },
    { Authorization: WEBHOOK_TOKEN },
  );
/** How many events have been processed. */
async function processed(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/webhook_events_total\{outcome="processed"\} (\d+)/.exec(text)?.[1]);
}
/** Patterns that fill a body of 64 KiB. */
const patterns = Array.from({ length: 100 }, (_, index) => `${'v*'.repeat(200)}${index}`);

it.each<[string, () => Promise<Response>, number?]>([
  [
    'a delivery of 1,000 deletions',
    () => deliver('DELETE_ARTIFACT', 'project-0000/repository-0000'),
    202,
  ],
  [
    'a delivery of 1,000 pushes',
    () => deliver('PUSH_ARTIFACT', 'project-0000/repository-0001'),
    202,
  ],
  ['a plan of a cleanup', () => post('/harbor/cleanup?verbose=true', { policy: { tags: ['v*'] } })],
  ['a policy of many patterns', () => post('/harbor/cleanup', { policy: { tags: patterns } })],
  ['/harbor/unused', () => fetch(`${url}/harbor/unused`)],
  ['/harbor/unused, searched', () => fetch(`${url}/harbor/unused?q=v1`)],
  ['/harbor/unused, of an age', () => fetch(`${url}/harbor/unused?older_than=1h&sort=digest`)],
  ['/drift', () => fetch(`${url}/drift`)],
  ['/drift, searched', () => fetch(`${url}/drift?q=v3`)],
  ['/compare', () => fetch(`${url}/compare?sort=digest`)],
  ['/nodes', () => fetch(`${url}/nodes`)],
  ['/journal', () => fetch(`${url}/journal`)],
  ['/journal, searched', () => fetch(`${url}/journal?q=v2&sort=project`)],
  ['/journal, a page', () => fetch(`${url}/journal?page_size=100`)],
  ['/images', () => fetch(`${url}/images`)],
  ['/nodes/node-0001/images', () => fetch(`${url}/nodes/node-0001/images`)],
  ['/usage', () => fetch(`${url}/usage/project-0000/repository-0000/v39`)],
  ['a list of artifacts', () => fetch(`${url}/harbor/artifacts/project-0000/repository-0000`)],
  ['/metrics', () => fetch(`${url}/metrics`)],
  ['/ui/unused', () => fetch(`${url}/ui/unused`)],
  ['/ui/drift', () => fetch(`${url}/ui/drift`)],
])('%s, three at a time', async (what, ask, expected = 200) => {
  let slowestMs = Infinity;
  let statuses: readonly number[] = [];
  // Other work of the machine makes it slow by chance, and a blocked event loop each time.
  for (let attempt = 0; attempt < ATTEMPTS && slowestMs > MOST_MS; attempt++) {
    const stop = probeLivez(url);
    const answers = await Promise.all([ask(), ask(), ask()]);
    statuses = answers.map(({ status }) => status);
    for (const answer of answers) await answer.arrayBuffer();
    // What a delivery begins goes on after its answer.
    await eventually(async () => expect(await processed()).toBe(deliveries * resources.length));
    slowestMs = Math.min(slowestMs, await stop());
  }
  process.stdout.write(`/livez took ${Math.round(slowestMs)} ms at most: ${what}\n`);
  expect(statuses).toEqual([expected, expected, expected]);
  expect(slowestMs).toBeLessThan(MOST_MS);
});
