import { describe, expect, it } from 'vitest';
import { readEventHosts } from '../../../../shared/domain/webhooks/event-hosts.ts';
import { noBridge } from '../../../../shared/ports/no-bridge.ts';
import type { Nodes } from '../../../../shared/ports/nodes.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { bridgeOf, containerRow, imageRow } from '../../../support/host-rows.ts';
import { memoryLog } from '../../../support/log.ts';
import { type NodesByName, nodesOf, unreachable } from '../../../support/nodes.ts';

const WEB = imageRow({ repo_tags: ['r.test/shop/web:v1'] });
const CALL = { signal: new AbortController().signal, requestId: 'r1', withContainers: true };

function setup(options: Partial<Parameters<typeof readEventHosts>[0]>) {
  const pauses: number[] = [];
  const { images } = noBridge;
  const sleep = async (ms: number) => {
    pauses.push(ms);
  };
  const given = { images, sleep, logger: memoryLog().logger, ...options };
  return { pauses, read: () => readEventHosts(given, CALL) };
}

describe('with nodes', () => {
  it('reads all by readings that begin now, and takes no earlier one', async () => {
    const nodes = nodesOf({ a: { images: [WEB] }, b: { stale: { images: [WEB] } } });
    const { read } = setup({ nodes });
    expect(await read()).toMatchObject({
      hosts: [{ node: 'a', images: [WEB], containers: [] }],
      unread: [{ node: 'b', problem: { code: 'bridge_unavailable' } }],
    });
    expect(nodes.reads).toMatchObject([{ maxAgeMs: 0, allowStale: false, requestId: 'r1' }]);
  });

  it('takes what a node with several runtimes shows, and counts it as unread', async () => {
    const ambiguous = ['unix:///a', 'unix:///b'];
    const { read } = setup({ nodes: nodesOf({ a: { images: [WEB], ambiguous } }) });
    expect(await read()).toMatchObject({
      hosts: [{ node: 'a', images: [WEB] }],
      unread: [{ node: 'a', problem: { code: 'runtime_ambiguous' } }],
    });
  });

  it('reads again while a bridge is busy', async () => {
    const byName: NodesByName = { a: new Problem('overloaded', 'Try again later.') };
    const plain = nodesOf(byName);
    const read: Nodes['read'] = async (options) => {
      const reading = await plain.read(options);
      byName['a'] = { images: [WEB] };
      return reading;
    };
    const { pauses, ...hosts } = setup({ nodes: { configured: true, read } });
    expect(await hosts.read()).toMatchObject({ hosts: [{ node: 'a' }], unread: [] });
    expect(pauses).toEqual([1000]);
  });

  it('says why none can be read', async () => {
    const problem = unreachable('a');
    const { read } = setup({
      nodes: { configured: true, read: () => Promise.reject(problem) },
    });
    expect(await read()).toBe(problem);
  });
});

describe('without nodes', () => {
  const images = async () => ({ rows: [WEB], startedAtMs: 0, ageMs: 0 });
  const nodes = { ...nodesOf({}), configured: false };

  it('reads the one host', async () => {
    const container = containerRow();
    const bridge = bridgeOf({
      images,
      containers: async () => ({ rows: [container], startedAtMs: 0, ageMs: 0 }),
    });
    expect(await setup({ ...bridge, nodes }).read()).toEqual({
      hosts: [{ node: null, images: [WEB], containers: [container] }],
      unread: [],
    });
  });

  it('goes by the images if the containers cannot be read', async () => {
    const containers = () => Promise.reject(new Problem('crictl_timeout', 'Slow.'));
    expect(await setup({ ...bridgeOf({ images, containers }), nodes }).read()).toMatchObject({
      hosts: [{ images: [WEB], containers: null }],
    });
  });
});
