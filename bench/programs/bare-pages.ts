/**
 * The least that a Node process does to list all rows: it asks for the pages, as many at a time as the service, and
 * answers with the rows as Harbor sent them. It validates and proves nothing. `GET /list?path=…`.
 */
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import { listenAndSay, optionsOf } from '../answering.ts';

/** The default of harbor_config.harbor_concurrency. */
const CONCURRENCY = 6;
const PAGE_SIZE = 100;

const { harborUrl } = optionsOf<{ harborUrl: string }>();
const { name, password } = GENERATED_ACCOUNT;
const headers = { Authorization: `Basic ${btoa(`${name}:${password}`)}` };
const dispatcher = new Agent();

async function getPage(path: string, page: number) {
  const url = `${harborUrl}/api/v2.0${path}?page=${page}&page_size=${PAGE_SIZE}`;
  const answer = await request(url, { dispatcher, headers });
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  const rows = (await answer.body.json()) as object[];
  return { rows, total: Number(answer.headers['x-total-count']) };
}

async function list(path: string): Promise<object[]> {
  const first = await getPage(path, 1);
  const pages = [first.rows];
  const left = Array.from(
    { length: Math.ceil(first.total / PAGE_SIZE) - 1 },
    (_, index) => index + 2,
  );
  const numbers = left.values();
  const askInTurn = async () => {
    for (const number of numbers) pages[number - 1] = (await getPage(path, number)).rows;
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, askInTurn));
  return pages.flat();
}

listenAndSay(
  createServer(async (incoming, outgoing) => {
    const { searchParams } = new URL(incoming.url ?? '/', 'http://localhost');
    const rows = await list(searchParams.get('path') ?? '');
    outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(rows));
  }),
);
