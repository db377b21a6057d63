/**
 * A typical script for Harbor's API: one call after the other, on a kept connection, with all rows
 * collected as Harbor sent them. `GET /list?path=…` lists, `GET /crawl` lists all tags.
 */
import { createServer } from 'node:http';
import { GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import { listenAndSay, optionsOf } from '../answering.ts';

interface Row {
  readonly name: string;
  readonly repo_count?: number;
  readonly tags?: readonly { readonly name: string }[] | null;
}

/** The most that Harbor allows. */
const PAGE_SIZE = 100;

const { harborUrl } = optionsOf<{ harborUrl: string }>();
const { name, password } = GENERATED_ACCOUNT;
const headers = { Authorization: `Basic ${btoa(`${name}:${password}`)}` };

async function list(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const url = `${harborUrl}/api/v2.0${path}?page=${page}&page_size=${PAGE_SIZE}`;
    const response = await fetch(url, { headers });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    rows.push(...((await response.json()) as Row[]));
    if (rows.length >= Number(response.headers.get('x-total-count'))) return rows;
  }
}

/** For a fair comparison, it uses the largest pages and skips empty projects. */
async function crawl(): Promise<object[]> {
  const tags: object[] = [];
  for (const project of await list('/projects')) {
    if (!project.repo_count) continue;
    for (const { name } of await list(`/projects/${project.name}/repositories`)) {
      const repository = name.slice(project.name.length + 1);
      const encoded = encodeURIComponent(encodeURIComponent(repository));
      const path = `/projects/${project.name}/repositories/${encoded}/artifacts`;
      for (const artifact of await list(path)) {
        for (const tag of artifact.tags ?? []) tags.push({ repository, tag: tag.name });
      }
    }
  }
  return tags;
}

listenAndSay(
  createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const rows = pathname === '/crawl' ? await crawl() : await list(searchParams.get('path') ?? '');
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(rows));
  }),
);
