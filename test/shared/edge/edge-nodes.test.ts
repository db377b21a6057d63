import { describe, expect, it } from 'vitest';
import { nodes } from '../../../functions/nodes.ts';
import { edgeNodes } from '../../../shared/edge/edge-nodes.ts';
import { createApp } from '../../../shared/http/app.ts';
import { trivialServices } from '../../../shared/http/trivial-services.ts';
import { freePort } from '../../real/free-port.ts';
import { startBridge } from '../../support/bridge.ts';
import { clientOf } from '../../support/client.ts';
import { configurationOf } from '../../support/configuration.ts';
import { memoryLog } from '../../support/log.ts';
import { startStranger } from '../../support/stranger.ts';

const TOKEN = 'token-of-the-bridges';

/** The function as an edge runtime serves it. */
function functionOf(config: object) {
  const configuration = configurationOf(config);
  const { logger } = memoryLog();
  const context = { configuration, logger, bindings: {}, deferral: 'after' } as const;
  const services = trivialServices(configuration, logger);
  const app = createApp(nodes, () => ({ ...services, nodes: edgeNodes(context) }));
  return clientOf(app);
}

async function tcpBridge(node_name: string) {
  const bridge_listen = `127.0.0.1:${await freePort()}`;
  const bridge = await startBridge({
    bridge_config: { bridge_listen, bridge_token: TOKEN, node_name },
  });
  return { ...bridge, bridge_url: `http://${bridge_listen}` };
}

interface Body {
  readonly complete: boolean;
  readonly nodes: readonly {
    readonly name: string;
    readonly status: string;
    readonly error: { readonly code: string; readonly detail: string } | null;
  }[];
}
const shown = ({ nodes }: Body) =>
  nodes.map(({ name, status, error }) => [name, status, error?.code]);

describe('the nodes of a function on the edge', () => {
  it('are asked for each request, with an earlier run of the bridge unless it says no-cache', async () => {
    const { url, requests } = await startStranger((_, outgoing) => outgoing.writeHead(500).end());
    const { json, get } = functionOf({ nodes_config: { nodes: { one: { bridge_url: url } } } });
    expect(shown(await json<Body>('/nodes'))).toEqual([
      ['one', 'unreadable', 'bridge_bad_response'],
    ]);
    await get('/nodes', { headers: { 'Cache-Control': 'no-cache' } });
    expect(requests.map(({ headers }) => headers['cache-control'])).toEqual([
      'max-stale',
      'no-cache',
    ]);
  });

  it('are unreadable if they need what only Node has', async () => {
    const { bridge_url } = await tcpBridge('host-1');
    const { json } = functionOf({
      nodes_config: {
        nodes: {
          authority: { bridge_url: 'https://a:5001', bridge_ca_file: 'ca.pem' },
          file: { bridge_url: 'https://b:5001', bridge_token_file: 'token' },
          one: { bridge_url, bridge_token: TOKEN },
          unix: { bridge_url: 'unix:/run/b.sock' },
        },
      },
    });
    const body = await json<Body>('/nodes');
    expect(shown(body)).toEqual([
      ['authority', 'unreadable', 'unsupported_here'],
      ['file', 'unreadable', 'unsupported_here'],
      ['one', 'ok', undefined],
      ['unix', 'unreadable', 'unsupported_here'],
    ]);
    expect(body.complete).toBe(false);
    expect(body.nodes[3]?.error?.detail).toContain(
      'Node unix: This runtime cannot use a unix socket as nodes_config.nodes.unix.bridge_url.',
    );
  });

  it('are unreadable at their deadline', async () => {
    const { url } = await startStranger(() => undefined);
    const { json } = functionOf({
      nodes_config: { nodes: { one: { bridge_url: url } }, node_timeout_ms: 50 },
    });
    expect(shown(await json<Body>('/nodes'))).toEqual([
      ['one', 'unreadable', 'bridge_unavailable'],
    ]);
  });

  it('cannot be looked up by nodes_dns', async () => {
    const { get } = functionOf({ nodes_config: { nodes_dns: 'bridges.svc:5001' } });
    const res = await get('/nodes');
    expect(res.status).toBe(501);
    expect(await res.json()).toMatchObject({ code: 'unsupported_here' });
  });

  it('are the bridge of bridge_url without nodes_config', async () => {
    const { bridge_url } = await tcpBridge('host-1');
    const { json } = functionOf({ bridge_config: { bridge_url, bridge_token: TOKEN } });
    expect(shown(await json<Body>('/nodes'))).toEqual([['host-1', 'ok', undefined]]);
  });

  it('are missing together with a bridge: the problem says what to set', async () => {
    const { get } = functionOf({});
    expect((await get('/nodes')).status).toBe(503);
  });
});
