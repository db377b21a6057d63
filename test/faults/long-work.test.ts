/** `/livez` answers at once, whatever arrives beside it: every endpoint with a body or a long list, as large as allowed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { startLargeWorld, WEBHOOK_TOKEN } from './large-world.ts';
import { probeLivez } from './livez-probe.ts';

const MOST_MS = 200;
const ATTEMPTS = 5;
let url = '';
beforeAll(async () => {
  ({ url } = await startLargeWorld());
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
const deliver = (type: string, repository: string) =>
  post(
    '/webhooks/harbor',
    { type, event_data: { resources, repository: { repo_full_name: repository } } },
    { Authorization: WEBHOOK_TOKEN },
  );
/** Patterns that fill a body of 64 KiB. */
const patterns = Array.from({ length: 100 }, (_, index) => `${'v*'.repeat(200)}${index}`);

it.each<[string, () => Promise<Response>]>([
  [
    'a delivery of 1,000 deletions',
    () => deliver('DELETE_ARTIFACT', 'project-0000/repository-0000'),
  ],
  ['a delivery of 1,000 pushes', () => deliver('PUSH_ARTIFACT', 'project-0000/repository-0001')],
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
  ['/metrics', () => fetch(`${url}/metrics`)],
  ['/ui/unused', () => fetch(`${url}/ui/unused`)],
  ['/ui/drift', () => fetch(`${url}/ui/drift`)],
])('%s, three at a time', async (what, ask) => {
  let slowestMs = Infinity;
  let statuses: readonly number[] = [];
  // Other work of the machine makes it slow by chance, and a blocked event loop each time.
  for (let attempt = 0; attempt < ATTEMPTS && slowestMs > MOST_MS; attempt++) {
    const stop = probeLivez(url);
    const answers = await Promise.all([ask(), ask(), ask()]);
    statuses = answers.map(({ status }) => status);
    for (const answer of answers) await answer.arrayBuffer();
    await sleep(1000); // what a delivery begins goes on after its answer
    slowestMs = Math.min(slowestMs, await stop());
  }
  process.stdout.write(`/livez took ${Math.round(slowestMs)} ms at most: ${what}\n`);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(slowestMs).toBeLessThan(MOST_MS);
});
