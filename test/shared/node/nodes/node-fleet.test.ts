import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeNames } from '../../../../shared/domain/nodes/nodes-reading.ts';
import { createNodes, type NodeFleetOptions } from '../../../../shared/node/nodes/node-fleet.ts';
import type { Bridge } from '../../../../shared/ports/bridge.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import type { NodeState, NodesReadOptions } from '../../../../shared/ports/nodes.ts';
import { freePort } from '../../../real/free-port.ts';
import { startBridge } from '../../../support/bridge.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { memoryLog } from '../../../support/log.ts';
import { type StrangerAnswer, startStranger } from '../../../support/stranger.ts';
import { startTlsBridge } from '../../../support/tls-bridge.ts';

const TOKEN = 'token-of-the-bridges';
const LOOKING = { allowStale: true } as const;
const GUARD = { allowStale: false, maxAgeMs: 0 } as const;

type Config = Readonly<Record<string, object>>;

/** The nodes of a process; closed when the test ends. */
function fleetOf(config: Config, options: Partial<NodeFleetOptions> = {}) {
  const { logger, lines } = memoryLog();
  const { nodes, close } = createNodes({
    configuration: configurationOf({
      ...config,
      bridge_config: { bridge_token: TOKEN, ...config['bridge_config'] },
    }),
    bridge: noBridge,
    logger,
    environment: {},
    ...options,
  });
  onTestFinished(close);
  return { ...nodes, lines };
}

/** A bridge on a port of this machine. */
async function tcpBridge(node_name: string, crictl_config: object = {}) {
  const bridge_listen = `127.0.0.1:${await freePort()}`;
  const bridge_config = { bridge_listen, bridge_token: TOKEN, node_name };
  const bridge = await startBridge({ bridge_config, crictl_config });
  return { ...bridge, bridge_url: `http://${bridge_listen}` };
}

/** A bridge that answers these rows, in the process. */
function bridgeOf(read: Bridge['node'], runtimeExpected = true): Bridge {
  return { ...noBridge, configured: true, node: read, runtimeExpected: () => runtimeExpected };
}

/** A server that answers as a bridge does. */
const strangerBody = (fields: object = {}) =>
  JSON.stringify({
    name: 'host-a',
    instance: 'i',
    runtime: null,
    image_filesystems: null,
    images: [imageRow()],
    containers: [containerRow()],
    ...fields,
  });
const answering =
  (status: number, body: string, type = 'application/json'): StrangerAnswer =>
  (_, outgoing) =>
    void outgoing.writeHead(status, { 'Content-Type': type, ETag: '"1"' }).end(body);

const shown = (nodes: readonly NodeState[]) =>
  nodes.map(({ name, status, problem }) => [name, status, problem?.code ?? null]);

describe('the nodes of nodes_config', () => {
  it('are trusted by their own bridge_ca_file, and unreadable without one', async () => {
    const { port, bridge_ca_file } = await startTlsBridge(TOKEN);
    const { read } = fleetOf({
      nodes_config: {
        nodes: {
          trusted: { bridge_url: `https://127.0.0.1:${port}`, bridge_ca_file },
          unknown: { bridge_url: `https://localhost:${port}` },
        },
      },
    });
    expect(shown((await read(LOOKING)).nodes)).toEqual([
      ['trusted', 'ok', null],
      ['unknown', 'unreadable', 'bridge_unavailable'],
    ]);
  });

  it('get their own token each, and no other', async () => {
    const tokens = { a: 'token-of-the-bridge-a', b: 'token-of-the-bridge-b' };
    const answer = (name: string) => answering(200, strangerBody({ name, instance: name }));
    const bridges = { a: await startStranger(answer('a')), b: await startStranger(answer('b')) };
    const node = (name: keyof typeof tokens) => ({
      bridge_url: bridges[name].url,
      bridge_token: tokens[name],
    });
    await fleetOf({ nodes_config: { nodes: { a: node('a'), b: node('b') } } }).read(LOOKING);
    const sent = (name: keyof typeof tokens) =>
      bridges[name].requests.map(({ headers }) => headers.authorization);

    expect([sent('a'), sent('b')]).toEqual([[`Bearer ${tokens.a}`], [`Bearer ${tokens.b}`]]);
  });

  it('need a usable authority at the start', () => {
    const nodes = { a: { bridge_url: 'https://a', bridge_ca_file: '/nonexistent.pem' } };
    expect(() => fleetOf({ nodes_config: { nodes } })).toThrow(
      'nodes_config.nodes.a.bridge_ca_file: expected a readable file of PEM certificates',
    );
  });

  it('delay an answer by one deadline, however many of them hang', async () => {
    const hanging = await startStranger(() => undefined);
    const nodes = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `node-${index}`,
        { bridge_url: `${hanging.url}/${index}` },
      ]),
    );
    const { read } = fleetOf({
      nodes_config: { nodes, node_timeout_ms: 1000, node_concurrency: 4 },
    });
    const startedAt = performance.now();
    const { nodes: states } = await read(GUARD);
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(new Set(states.map(({ status }) => status))).toEqual(new Set(['unreadable']));
  });
});

describe('a reading', () => {
  it('serves all who ask within max_age_ms, and is revalidated afterwards', async () => {
    const { bridge_url, crictl } = await tcpBridge('a', { crictl_max_age_ms: 0 });
    const clock = { ms: 0 };
    const nodes_config = { nodes: { a: { bridge_url } }, max_age_ms: 5000 };
    const { read } = fleetOf({ nodes_config }, { monotonic: () => clock.ms });
    const readings = [...(await Promise.all([read(LOOKING), read(LOOKING), read(LOOKING)]))];
    clock.ms += 4000;
    readings.push(await read(LOOKING));
    const lists = () => crictl.calls().filter((call) => call.includes('images')).length;
    expect(lists()).toBe(1);
    expect(readings.at(-1)?.nodes[0]?.ageMs).toBeGreaterThanOrEqual(4000);
    clock.ms += 2000;
    readings.push(await read(LOOKING));
    expect(lists()).toBe(2);
    expect(new Set(readings.map(({ nodes }) => nodes[0]?.reading)).size).toBe(1);
  });

  it('of a guard begins after it asks', async () => {
    const { bridge_url, crictl } = await tcpBridge('a', { crictl_max_age_ms: 60_000 });
    const { read } = fleetOf({ nodes_config: { nodes: { a: { bridge_url } } } });
    await read(LOOKING);
    crictl.answer('ps', { stdout: '{"containers": []}' });
    const { nodes } = await read(GUARD);
    expect(nodes[0]?.reading?.containers).toEqual([]);
  });

  it('is stale while the node cannot be read, for looking only and not for long', async () => {
    const answers: StrangerAnswer[] = [answering(200, strangerBody())];
    const failing: StrangerAnswer = answering(500, 'x', 'text/plain');
    const { url } = await startStranger((...asked) => (answers.pop() ?? failing)(...asked));
    const clock = { ms: 0 };
    const { read, lines } = fleetOf(
      { nodes_config: { nodes: { a: { bridge_url: url } }, node_max_stale_ms: 60_000 } },
      { monotonic: () => clock.ms },
    );
    const first = await read(LOOKING);
    clock.ms += 50_000;
    const stale = await read(LOOKING);
    expect(shown(stale.nodes)).toEqual([['a', 'stale', 'bridge_bad_response']]);
    expect(stale.complete).toBe(false);
    expect(stale.nodes[0]?.reading).toBe(first.nodes[0]?.reading);
    expect(stale.nodes[0]?.ageMs).toBeGreaterThanOrEqual(50_000);
    expect(shown((await read(GUARD)).nodes)).toEqual([['a', 'unreadable', 'bridge_bad_response']]);
    clock.ms += 20_000;
    expect(shown((await read(LOOKING)).nodes)).toEqual([
      ['a', 'unreadable', 'bridge_bad_response'],
    ]);
    expect(lines.filter(({ msg }) => msg === 'a node cannot be read')).toHaveLength(1);
  });

  it.each([
    ['is empty', { images: [], containers: [] }],
    ['has lost its containers', { containers: [], containers_missing: true }],
  ])('is the earlier one while the runtime %s', async (_, turned) => {
    const answers: StrangerAnswer[] = [answering(200, strangerBody())];
    const later: StrangerAnswer = answering(200, strangerBody(turned));
    const { url } = await startStranger((...asked) => (answers.pop() ?? later)(...asked));
    const { read } = fleetOf({ nodes_config: { nodes: { a: { bridge_url: url } } } });
    const first = await read(LOOKING);
    const stale = await read({ ...LOOKING, maxAgeMs: 0 });

    expect(shown(stale.nodes)).toEqual([['a', 'stale', 'runtime_empty']]);
    expect(stale.nodes[0]?.reading).toBe(first.nodes[0]?.reading);
    expect(shown((await read(GUARD)).nodes)).toEqual([['a', 'unreadable', 'runtime_empty']]);
  });

  it('that fails serves all who ask within max_age_ms, but no guard', async () => {
    const { url, requests } = await startStranger(answering(500, 'x', 'text/plain'));
    const { read } = fleetOf({ nodes_config: { nodes: { a: { bridge_url: url } } } });
    await read(LOOKING);
    const before = requests.length;
    await read(LOOKING);
    expect(requests).toHaveLength(before);
    await read(GUARD);
    expect(requests.length).toBeGreaterThan(before);
  });

  it('of a node that hangs delays a guard that asks meanwhile by no second deadline', async () => {
    const { url } = await startStranger(() => undefined);
    const nodes_config = { nodes: { a: { bridge_url: url } }, node_timeout_ms: 1000 };
    const { read } = fleetOf({ nodes_config });
    const startedAt = performance.now();
    await Promise.all([read(GUARD), wait(200).then(() => read(GUARD))]);
    expect(performance.now() - startedAt).toBeLessThan(1900);
  });

  it('of a node that hung is known to lists for five seconds, no-cache too, and guards ask again', async () => {
    const { url, requests } = await startStranger(() => undefined);
    const clock = { ms: 0 };
    const { read } = fleetOf(
      { nodes_config: { nodes: { a: { bridge_url: url } }, node_timeout_ms: 100, max_age_ms: 0 } },
      { monotonic: () => clock.ms + performance.now() },
    );
    const unused = { allowStale: false, takesHang: true, maxAgeMs: 0 } as const;
    const asked = async (demand: NodesReadOptions) => {
      const { nodes } = await read(demand);
      expect(shown(nodes)).toEqual([['a', 'unreadable', 'bridge_unavailable']]);
      return requests.length;
    };

    expect(await asked(GUARD)).toBe(1);
    expect(await asked({ ...LOOKING, maxAgeMs: 0 })).toBe(1);
    expect(await asked(unused)).toBe(1);
    expect(await asked({ ...GUARD, maxAgeMs: 1000 })).toBe(1);
    expect(await asked(GUARD)).toBe(2);
    clock.ms += 6000;
    expect(await asked({ ...LOOKING, maxAgeMs: 0 })).toBe(3);
  });

  it('of a node that hung once is not kept when a guard has read it well', async () => {
    const answers: (StrangerAnswer | undefined)[] = [undefined];
    const well: StrangerAnswer = answering(200, strangerBody());
    const { url } = await startStranger((...given) => {
      if (answers.length > 0) return answers.pop()?.(...given);
      return well(...given);
    });
    const { read } = fleetOf({
      nodes_config: { nodes: { a: { bridge_url: url } }, node_timeout_ms: 500 },
    });
    await read(GUARD);
    await read(GUARD);

    expect(shown((await read(LOOKING)).nodes)).toEqual([['a', 'ok', null]]);
  });

  it('that many deletions wait for is one, and one failure', async () => {
    const { url, requests } = await startStranger(() => undefined);
    const { read } = fleetOf({
      nodes_config: { nodes: { a: { bridge_url: url } }, node_timeout_ms: 200 },
    });
    const readings = Array.from({ length: 50 }, async (_, index) => {
      await wait(index);
      return read(GUARD);
    });
    await Promise.all(readings);

    expect(requests).toHaveLength(1);
  });

  it('ends when its caller leaves', async () => {
    const { url } = await startStranger(() => undefined);
    const { read } = fleetOf({ nodes_config: { nodes: { a: { bridge_url: url } } } });
    const gone = new AbortController();
    const reading = read({ ...LOOKING, signal: () => gone.signal });
    setTimeout(() => gone.abort(new Error('left')), 10);
    await expect(reading).rejects.toThrow('left');
  });
});

describe('the bridge of bridge_config', () => {
  const reading = { facts: null, images: [imageRow()], containers: [containerRow()] };
  const bridge = bridgeOf(async () => ({ reading, ageMs: 0 }));

  it('is the one node without nodes_config', async () => {
    const { read, configured } = fleetOf({ bridge_config: { node_name: 'here' } }, { bridge });
    expect(configured).toBe(false);
    expect(shown((await read(LOOKING)).nodes)).toEqual([['here', 'ok', null]]);
  });

  it('has the time that it has without nodes_config', async () => {
    const slow = bridgeOf(async () => {
      await wait(200);
      return { reading, ageMs: 0 };
    });
    const { read } = fleetOf({ nodes_config: { node_timeout_ms: 50 } }, { bridge: slow });
    expect((await read(GUARD)).complete).toBe(true);
  });

  it('is a node beside those of nodes_config', async () => {
    const { bridge_url } = await tcpBridge('there');
    const nodes = fleetOf(
      { bridge_config: { node_name: 'here' }, nodes_config: { nodes: { there: { bridge_url } } } },
      { bridge },
    );
    expect(shown((await nodes.read(LOOKING)).nodes)).toEqual([
      ['here', 'ok', null],
      ['there', 'ok', null],
    ]);
    expect(await nodeNames(nodes)).toEqual(['here', 'there']);
  });

  it('is no node of several on a host without a runtime', async () => {
    const { bridge_url } = await tcpBridge('there');
    const { read } = fleetOf(
      { nodes_config: { nodes: { there: { bridge_url } } } },
      { bridge: bridgeOf(bridge.node, false) },
    );
    expect(shown((await read(LOOKING)).nodes)).toEqual([['there', 'ok', null]]);
  });

  it('is there once, with the configured name, if a node has its address', async () => {
    const { bridge_url } = await tcpBridge('host-1');
    const { read } = fleetOf(
      {
        bridge_config: { bridge_url, node_name: 'b' },
        nodes_config: { nodes: { a: { bridge_url } } },
      },
      { bridge },
    );
    expect(shown((await read(LOOKING)).nodes)).toEqual([['a', 'ok', null]]);
  });

  it('has a name of its own', () => {
    const nodes = { here: { bridge_url: 'https://a:5001' } };
    expect(() =>
      fleetOf({ bridge_config: { node_name: 'here' }, nodes_config: { nodes } }, { bridge }),
    ).toThrow('https://a:5001 has the same name as the bridge in this process');
  });

  it('may have any name that is allowed', async () => {
    const node_name = 'constructor';
    const { read } = fleetOf(
      {
        bridge_config: { node_name },
        nodes_config: { nodes: { a: { bridge_url: 'https://localhost:1' } } },
      },
      { bridge },
    );
    expect(shown((await read(LOOKING)).nodes)).toContainEqual([node_name, 'ok', null]);
  });

  it('is missing together with all nodes: the problem says what to set', async () => {
    const { read } = fleetOf({});
    await expect(read(LOOKING)).rejects.toMatchObject({ code: 'bridge_unavailable' });
  });
});

describe('readOne', () => {
  it('reads only the node of that name', async () => {
    const hanging = await startStranger(() => undefined);
    const { bridge_url } = await tcpBridge('a');
    const { readOne } = fleetOf({
      nodes_config: { nodes: { a: { bridge_url }, hanging: { bridge_url: hanging.url } } },
    });
    expect(await readOne('a', LOOKING)).toMatchObject({ name: 'a', status: 'ok' });
    expect(hanging.requests).toEqual([]);
  });

  it('does not show the host of another node, once all nodes were read', async () => {
    const { bridge_url } = await tcpBridge('a');
    const { read, readOne } = fleetOf({
      nodes_config: {
        nodes: {
          a: { bridge_url },
          b: { bridge_url: bridge_url.replace('127.0.0.1', 'localhost') },
        },
      },
    });
    await read(LOOKING);
    expect(await readOne('b', LOOKING)).toMatchObject({
      status: 'unreadable',
      problem: { code: 'invalid_configuration' },
    });
  });
});
