import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DnsResolver } from '../../../../shared/node/nodes/dns-resolver.ts';
import { createNodes } from '../../../../shared/node/nodes/node-fleet.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import type { NodeState } from '../../../../shared/ports/nodes.ts';
import { freePort } from '../../../real/free-port.ts';
import { startBridge } from '../../../support/bridge.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { memoryLog } from '../../../support/log.ts';
import { makeAuthority } from '../upstreams/certificates.ts';

const TOKEN = 'token-of-the-bridges';
const LOOKING = { allowStale: true } as const;

/** Records that the test changes; an error in their place fails the look-up. */
interface Records {
  addresses?: readonly string[] | Error;
  services?: readonly { readonly host: string; readonly port: number }[] | Error;
}

function resolverOf(records: Records): DnsResolver & { readonly names: string[] } {
  const names: string[] = [];
  const found = async <T>(name: string, result: readonly T[] | Error = []) => {
    names.push(name);
    if (result instanceof Error) throw result;
    return result;
  };
  return {
    names,
    addresses: (name) => found(name, records.addresses),
    services: (name) => found(name, records.services),
  };
}

const servfail = () => Object.assign(new Error('queryA ESERVFAIL'), { code: 'ESERVFAIL' });

/** The nodes of a name, with a clock. */
function fleetOf(nodes_dns: string, records: Records, config: Record<string, object> = {}) {
  const clock = { ms: 0 };
  const resolver = resolverOf(records);
  const { logger, lines } = memoryLog();
  const bridge_config = { bridge_token: TOKEN, bridge_allow_plaintext: true };
  const { nodes, close } = createNodes({
    configuration: configurationOf({
      bridge_config: { ...bridge_config, ...config['bridge_config'] },
      nodes_config: { nodes_dns, node_timeout_ms: 2000, ...config['nodes_config'] },
    }),
    bridge: noBridge,
    logger,
    environment: {},
    resolver,
    monotonic: () => clock.ms,
  });
  onTestFinished(close);
  return { ...nodes, clock, names: resolver.names, lines };
}

/** A bridge at an address of the loopback network. */
async function bridgeAt(host: string, port: number, node_name: string) {
  const bridge_listen = `${host}:${port}`;
  return startBridge({ bridge_config: { bridge_listen, bridge_token: TOKEN, node_name } });
}

const shown = (nodes: readonly NodeState[]) =>
  nodes.map(({ name, status, problem }) => [name, status, problem?.code ?? null]);

describe('the nodes of nodes_dns', () => {
  it('are the addresses of its A and AAAA records, with the names that the bridges say', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.1', port, 'node-b');
    await bridgeAt('127.0.0.2', port, 'node-a');
    const records = { addresses: ['127.0.0.1', '127.0.0.2', '127.0.0.3'] };
    const { read, names } = fleetOf(`bridges.svc:${port}`, records);
    const { nodes, complete } = await read(LOOKING);
    expect(shown(nodes)).toEqual([
      [`127.0.0.3:${port}`, 'unreadable', 'bridge_unavailable'],
      ['node-a', 'ok', null],
      ['node-b', 'ok', null],
    ]);
    expect(complete).toBe(false);
    expect(names).toEqual(['bridges.svc']);
  });

  it('are the targets of its SRV records', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.1', port, 'node-a');
    const records = { services: [{ host: 'localhost', port }] };
    const { readOne } = fleetOf('_bridge._tcp.bridges.svc', records);
    expect(await readOne('node-a', LOOKING)).toMatchObject({ status: 'ok' });
    expect(await readOne('node-b', LOOKING)).toBeNull();
  });

  it('are looked up again after ten seconds', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.1', port, 'node-a');
    await bridgeAt('127.0.0.2', port, 'node-b');
    const records: Records = { addresses: ['127.0.0.1'] };
    const { read, clock } = fleetOf(`bridges.svc:${port}`, records);
    await read(LOOKING);
    records.addresses = ['127.0.0.1', '127.0.0.2'];
    clock.ms += 9000;
    expect(shown((await read(LOOKING)).nodes)).toEqual([['node-a', 'ok', null]]);
    clock.ms += 2000;
    expect(shown((await read(LOOKING)).nodes)).toEqual([
      ['node-a', 'ok', null],
      ['node-b', 'ok', null],
    ]);
  });

  it('are looked up anew for a guard, because a new node may run anything', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.1', port, 'node-a');
    await bridgeAt('127.0.0.2', port, 'node-b');
    const records: Records = { addresses: ['127.0.0.1'] };
    const { read } = fleetOf(`bridges.svc:${port}`, records);
    await read(LOOKING);
    records.addresses = ['127.0.0.1', '127.0.0.2'];
    expect(shown((await read({ allowStale: false, maxAgeMs: 0 })).nodes)).toEqual([
      ['node-a', 'ok', null],
      ['node-b', 'ok', null],
    ]);
  });

  it('are kept for a while after a look-up first misses them, however long ago the last one was', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.2', port, 'node-b');
    const records: Records = { addresses: ['127.0.0.1', '127.0.0.2'] };
    const { read, clock } = fleetOf(`bridges.svc:${port}`, records);
    await read(LOOKING);
    records.addresses = servfail();
    clock.ms += 3_600_000;
    await read(LOOKING);
    records.addresses = ['127.0.0.2'];
    clock.ms += 3_600_000;
    expect((await read(LOOKING)).complete).toBe(false);
    clock.ms += 61_000;
    expect((await read(LOOKING)).complete).toBe(true);
  });

  it('are kept for a while after they left the records, because a bridge that fails leaves them too', async () => {
    const port = await freePort();
    await bridgeAt('127.0.0.2', port, 'node-b');
    const records: Records = { addresses: ['127.0.0.1', '127.0.0.2'] };
    const { read, clock } = fleetOf(`bridges.svc:${port}`, records);
    await read(LOOKING);
    records.addresses = ['127.0.0.2'];
    clock.ms += 11_000;
    const { nodes, complete } = await read(LOOKING);
    expect([complete, ...shown(nodes)]).toEqual([
      false,
      [`127.0.0.1:${port}`, 'unreadable', 'bridge_unavailable'],
      ['node-b', 'ok', null],
    ]);
    clock.ms += 61_000;
    expect(shown((await read(LOOKING)).nodes)).toEqual([['node-b', 'ok', null]]);
  });

  it('are in the log once when they cannot be looked up, and when they can again', async () => {
    const records: Records = { addresses: servfail() };
    const { read, clock, lines } = fleetOf('bridges.svc:1', records);
    const about = () => lines.map(({ msg, detail }) => `${msg}: ${detail}`);
    await read(LOOKING);
    clock.ms += 11_000;
    await read(LOOKING);
    expect(about()).toEqual([expect.stringMatching(/^the nodes cannot be looked up: .*ESERVFAIL/)]);
    records.addresses = ['127.0.0.1'];
    clock.ms += 11_000;
    await read(LOOKING);
    expect(about()).toContain('the nodes can be looked up again: undefined');
  });

  it('are unknown if a record has a target that is no host', async () => {
    const { read } = fleetOf('_bridge._tcp.bridges.svc', { services: [{ host: '', port: 1 }] });
    const { nodes } = await read(LOOKING);
    expect(shown(nodes)).toEqual([
      ['_bridge._tcp.bridges.svc', 'unreadable', 'bridge_unavailable'],
    ]);
    expect(nodes[0]?.problem?.message).toContain('not the name of a host');
  });

  it.each<[string, readonly string[] | Error]>([
    ['fails', servfail()],
    ['has no records', []],
  ])('are kept for a while, and not complete, if a look-up %s', async (_title, failure) => {
    const port = await freePort();
    await bridgeAt('127.0.0.1', port, 'node-a');
    const records: Records = { addresses: ['127.0.0.1'] };
    const { read, clock } = fleetOf(`bridges.svc:${port}`, records);
    await read(LOOKING);
    records.addresses = failure;
    clock.ms += 11_000;
    const { nodes, complete } = await read(LOOKING);
    expect(shown(nodes)).toEqual([
      [`bridges.svc:${port}`, 'unreadable', 'bridge_unavailable'],
      ['node-a', 'ok', null],
    ]);
    expect(nodes[0]?.problem?.message).toContain('The nodes cannot be looked up');
    expect(complete).toBe(false);
    clock.ms += 60_000;
    expect(shown((await read(LOOKING)).nodes)).toEqual([
      [`bridges.svc:${port}`, 'unreadable', 'bridge_unavailable'],
    ]);
  });

  it('have a certificate with the configured name, or are unreadable', async () => {
    const authority = makeAuthority();
    const files = (name: string, names: string) => {
      const { cert, key } = authority.sign(names);
      const paths = [join(authority.folder, `${name}.pem`), join(authority.folder, `${name}.key`)];
      writeFileSync(paths[0] ?? '', cert);
      writeFileSync(paths[1] ?? '', key);
      return { bridge_tls_cert: paths[0], bridge_tls_key: paths[1] };
    };
    const port = await freePort();
    const tls = { bridge_token: TOKEN };
    await startBridge({
      bridge_config: {
        ...{ ...tls, node_name: 'node-a', bridge_listen: `127.0.0.1:${port}` },
        ...files('right', 'DNS:bridges.svc'),
      },
    });
    await startBridge({
      bridge_config: {
        ...{ ...tls, node_name: 'node-b', bridge_listen: `127.0.0.2:${port}` },
        ...files('wrong', 'IP:127.0.0.2'),
      },
    });
    const bridge_config = { bridge_ca_file: authority.caFile, bridge_allow_plaintext: false };
    const records = { addresses: ['127.0.0.1', '127.0.0.2'] };
    const { read } = fleetOf(`bridges.svc:${port}`, records, { bridge_config });
    const { nodes } = await read(LOOKING);
    expect(shown(nodes)).toEqual([
      [`127.0.0.2:${port}`, 'unreadable', 'bridge_unavailable'],
      ['node-a', 'ok', null],
    ]);
  });
});
