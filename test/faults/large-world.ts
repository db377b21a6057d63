/** A service with as many nodes, artifacts and deletions as a large installation has. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { BRIDGE_TOKEN, fleetRegistry, nodeBody, nodeName } from '../../bench/fleet-world.ts';
import { GENERATED_ACCOUNT } from '../../demo/harbor/generate.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import { freePort } from '../real/free-port.ts';
import { type AtEnd, testFolder } from '../support/folder.ts';
import { intentOf } from '../support/journal.ts';
import { startProcess } from '../support/processes.ts';

const SIZE = { nodes: 100, images: 200, repositories: 750, artifacts: 40 };
/** Two lines each. */
const DELETIONS = 30_000;

export const WEBHOOK_TOKEN = 'token-of-the-webhook';

export interface LargeWorldOptions {
  /** Made before the hook that starts the world: one that is registered within a hook never runs. */
  readonly atEnd: AtEnd;
  /** Arguments for Node, such as a limit of its heap. */
  readonly nodeOptions?: string;
}

/** Starts it. */
export async function startLargeWorld({ atEnd, nodeOptions = '' }: LargeWorldOptions) {
  const standIn = createHarborStandIn({ registry: fleetRegistry(SIZE) });
  const harbor = await standIn.listen();
  atEnd(() => harbor.close());
  const registry = new URL(harbor.url).host;
  const nodes: Record<string, object> = {};
  for (let node = 0; node < SIZE.nodes; node++) {
    nodes[nodeName(node)] = {
      bridge_url: await serveBridge(nodeBody(SIZE, node, registry), atEnd),
      bridge_token: BRIDGE_TOKEN,
    };
  }
  const journal = join(testFolder(atEnd), 'journal.jsonl');
  writeFileSync(journal, journalOf(DELETIONS));
  const port = await freePort();
  const service = startProcess('router', {
    atEnd,
    env: { NODE_OPTIONS: nodeOptions },
    config: {
      app_config: { app_port: port },
      metrics_config: { refresh_ms: 0 },
      nodes_config: { nodes, max_age_ms: 60_000 },
      delete_config: { journal_file: journal },
      webhook_config: { harbor_webhook_token: WEBHOOK_TOKEN },
      harbor_config: {
        harbor_host: harbor.url,
        harbor_username: GENERATED_ACCOUNT.name,
        harbor_password: GENERATED_ACCOUNT.password,
      },
    },
  });
  await service.listening;
  // The calls that the stand-in records would only fill the memory.
  const forget = setInterval(() => standIn.calls.splice(0), 500);
  atEnd(() => clearInterval(forget));
  return { ...service, url: `http://127.0.0.1:${port}` };
}

async function serveBridge(body: string, atEnd: AtEnd): Promise<string> {
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'Content-Type': 'application/json', Age: '0' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function journalOf(deletions: number): string {
  const lines: string[] = [];
  for (let index = 0; index < deletions; index++) {
    const time = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
    const line = { time, id: `deletion-${index}`, ...intentOf({ reference: `v${index}` }) };
    lines.push(journalText({ ...line, event: 'intent' }));
    lines.push(journalText({ ...line, event: 'outcome', outcome: 'deleted' }));
  }
  return lines.join('');
}
