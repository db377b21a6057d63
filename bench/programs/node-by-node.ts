/**
 * What an operator's script does: it asks one bridge after another, then Harbor page by page, and compares.
 * `GET /compare` needs the bridges alone, `GET /drift` both. Each answers with the count of its rows.
 */
import { createServer } from 'node:http';
import { GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import { listenAndSay, optionsOf } from '../answering.ts';
import { BRIDGE_TOKEN } from '../fleet-world.ts';

const { harborUrl, bridges } = optionsOf<{ harborUrl: string; bridges: readonly string[] }>();
const { name, password } = GENERATED_ACCOUNT;
const login = { Authorization: `Basic ${btoa(`${name}:${password}`)}` };

interface Node {
  readonly name: string;
  readonly images: readonly { repo_tags: readonly string[]; repo_digests: readonly string[] }[];
}
interface Artifact {
  readonly digest: string;
  readonly tags: readonly { readonly name: string }[] | null;
}

/** Digest to the nodes that have it. */
async function holders(): Promise<Map<string, { tag: string; nodes: string[] }>> {
  const found = new Map<string, { tag: string; nodes: string[] }>();
  for (const url of bridges) {
    const headers = { Authorization: `Bearer ${BRIDGE_TOKEN}` };
    const response = await fetch(`${url}/v1/node`, { headers });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    const node = (await response.json()) as Node;
    for (const { repo_tags, repo_digests } of node.images) {
      const [digest = ''] = repo_digests;
      const known = found.get(digest) ?? { tag: repo_tags[0] ?? '', nodes: [] };
      found.set(digest, known);
      known.nodes.push(node.name);
    }
  }
  return found;
}

async function list<Row>(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page++) {
    const url = `${harborUrl}/api/v2.0${path}?page=${page}&page_size=100`;
    const response = await fetch(url, { headers: login });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    rows.push(...((await response.json()) as Row[]));
    if (rows.length >= Number(response.headers.get('x-total-count'))) return rows;
  }
}

/** For a fair comparison, it asks only for repositories that a node holds. */
async function drift(): Promise<number> {
  const held = await holders();
  const { host } = new URL(harborUrl);
  const repositories = new Set(
    [...held.keys()].map((reference) => reference.slice(host.length + 1).split('@')[0] ?? ''),
  );
  const tags = new Map<string, string>();
  for (const repository of repositories) {
    const [project = '', ...rest] = repository.split('/');
    const encoded = encodeURIComponent(encodeURIComponent(rest.join('/')));
    const path = `/projects/${project}/repositories/${encoded}/artifacts`;
    for (const artifact of await list<Artifact>(path)) {
      for (const tag of artifact.tags ?? []) {
        tags.set(`${host}/${repository}:${tag.name}`, artifact.digest);
      }
    }
  }
  const states = [...held].map(([reference, { tag, nodes }]) => {
    const digest = tags.get(tag);
    const state = digest === undefined ? 'gone' : reference.endsWith(digest) ? 'in_sync' : 'moved';
    return { reference, nodes, state };
  });
  return states.length;
}

async function compare(): Promise<number> {
  const held = await holders();
  return [...held].filter(([, { nodes }]) => nodes.length < bridges.length).length;
}

listenAndSay(
  createServer(async (request, response) => {
    const rows = request.url === '/drift' ? await drift() : await compare();
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(String(rows));
  }),
);
