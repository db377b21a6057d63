/**
 * The least that a Node process does to read all nodes again: it asks each bridge with the ETag that it has, as many
 * at a time as the service, and answers with as many bytes as `?bytes=` says. It compares nothing.
 */
import { createServer } from 'node:http';
import { Agent, request } from 'undici';
import { listenAndSay, optionsOf } from '../answering.ts';
import { BRIDGE_TOKEN } from '../fleet-world.ts';

/** The default of nodes_config.node_concurrency. */
const CONCURRENCY = 32;

const { bridges } = optionsOf<{ bridges: readonly string[] }>();
const dispatcher = new Agent();
const etags = new Map<string, string>();

async function ask(bridge: string): Promise<void> {
  const { statusCode, headers, body } = await request(`${bridge}/v1/node`, {
    dispatcher,
    headers: {
      Authorization: `Bearer ${BRIDGE_TOKEN}`,
      'If-None-Match': etags.get(bridge) ?? '"none"',
    },
  });
  if (statusCode === 200) JSON.parse(await body.text());
  else if (statusCode !== 304) throw new Error(`${bridge} answered ${statusCode}`);
  etags.set(bridge, String(headers['etag']));
}

listenAndSay(
  createServer(async (incoming, outgoing) => {
    const left = bridges.values();
    const askInTurn = async () => {
      for (const bridge of left) await ask(bridge);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, askInTurn));
    const bytes = new URL(incoming.url ?? '', 'http://localhost').searchParams.get('bytes');
    outgoing.end(Buffer.alloc(Number(bytes)));
  }),
);
