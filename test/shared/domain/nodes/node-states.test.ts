import { describe, expect, it } from 'vitest';
import { failedOutcome, type NodeOutcome } from '../../../../shared/domain/nodes/node-outcome.ts';
import { nodeStates, type ReadNode } from '../../../../shared/domain/nodes/node-states.ts';
import type { NodeFacts } from '../../../../shared/ports/bridge.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { imageRow } from '../../../support/host-rows.ts';

const factsOf = (name: string, instance: string): NodeFacts => ({
  name,
  instance,
  runtime: null,
  image_filesystems: null,
});
const okOutcome = (facts: NodeFacts | null): NodeOutcome => ({
  status: 'ok',
  readAtMs: 0,
  ageMs: 0,
  problem: null,
  reading: { facts, images: [imageRow()], containers: [] },
});
const REFUSED = failedOutcome(new Problem('bridge_unavailable', 'It refuses.'));

/** A node at an address, whose bridge says its name and instance. */
const dnsNode = (address: string, outcome: NodeOutcome, earlierName?: string): ReadNode => ({
  source: { name: null, address },
  outcome,
  ...(earlierName !== undefined && { earlierName }),
});
const configuredNode = (name: string, outcome: NodeOutcome): ReadNode => ({
  source: { name, address: `https://${name}:5001` },
  outcome,
});
const shown = (nodes: readonly ReadNode[]) =>
  nodeStates(nodes).map(({ name, status, problem }) => [name, status, problem?.code ?? null]);

describe('the name of a node', () => {
  it.each<[string, ReadNode, string]>([
    ['the configured one', configuredNode('a', okOutcome(factsOf('b', '1'))), 'a'],
    ['what its bridge says', dnsNode('10.0.0.1:5001', okOutcome(factsOf('b', '1'))), 'b'],
    [
      'its address, if an older bridge says none',
      dnsNode('10.0.0.1:1', okOutcome(null)),
      '10.0.0.1:1',
    ],
    [
      'its address, if its bridge says a name that no node can have',
      dnsNode('10.0.0.1:1', okOutcome(factsOf('a/b', '1'))),
      '10.0.0.1:1',
    ],
    ['its address, if it was never read', dnsNode('10.0.0.1:1', REFUSED), '10.0.0.1:1'],
    ['what its bridge said before', dnsNode('10.0.0.1:1', REFUSED, 'b'), 'b'],
  ])('is %s', (_title, node, name) => {
    expect(nodeStates([node]).map((state) => state.name)).toEqual([name]);
  });

  it('is its address if another node has the name that its bridge said before', () => {
    const other = dnsNode('10.0.0.2:1', okOutcome(factsOf('b', '2')));
    expect(shown([dnsNode('10.0.0.1:1', REFUSED, 'b'), other])).toEqual([
      ['10.0.0.1:1', 'unreadable', 'bridge_unavailable'],
      ['b', 'ok', null],
    ]);
  });

  it('is its address if another node that cannot be read had the name before', () => {
    const nodes = [dnsNode('10.0.0.1:1', REFUSED, 'b'), dnsNode('10.0.0.2:1', REFUSED, 'b')];
    expect(nodeStates(nodes).map(({ name }) => name)).toEqual(['10.0.0.2:1', 'b']);
  });

  it('is in the detail of its problem', () => {
    const [state] = nodeStates([configuredNode('a', REFUSED)]);
    expect(state?.problem?.message).toBe('Node a: It refuses.');
  });
});

describe('nodes', () => {
  it('are sorted by name', () => {
    const names = ['node-2', 'node-1', 'node-3'];
    const nodes = names.map((name) => configuredNode(name, REFUSED));
    expect(nodeStates(nodes).map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3']);
  });

  it('are one if several addresses reach the same bridge', () => {
    const outcome = okOutcome(factsOf('b', '1'));
    expect(shown([dnsNode('10.0.0.1:1', outcome), dnsNode('[fd00::1]:1', outcome)])).toEqual([
      ['b', 'ok', null],
    ]);
  });

  it('are one if a bridge has another address now, and its earlier one is not in the records any more', () => {
    const earlier = { ...dnsNode('10.0.0.1:1', REFUSED, 'b'), isGone: true };
    const now = dnsNode('10.0.0.2:1', okOutcome(factsOf('b', '2')));
    expect(shown([earlier, now])).toEqual([['b', 'ok', null]]);
    expect(shown([earlier])).toEqual([['b', 'unreadable', 'bridge_unavailable']]);
  });

  it('are one, with the configured name, if a record has the bridge of a configured node', () => {
    const outcome = okOutcome(factsOf('b', '1'));
    expect(shown([configuredNode('a', outcome), dnsNode('10.0.0.1:1', outcome)])).toEqual([
      ['a', 'ok', null],
    ]);
  });

  it('are unreadable if they have the name of another node, and name both addresses', () => {
    const nodes = [
      dnsNode('10.0.0.1:1', okOutcome(factsOf('b', '1'))),
      dnsNode('10.0.0.2:1', okOutcome(factsOf('b', '2'))),
    ];
    expect(shown(nodes)).toEqual([
      ['10.0.0.1:1', 'unreadable', 'invalid_configuration'],
      ['10.0.0.2:1', 'unreadable', 'invalid_configuration'],
    ]);
    const details = nodeStates(nodes).map(({ problem }) => problem?.message);
    expect(details[0]).toContain('The bridges at 10.0.0.1:1 and 10.0.0.2:1 have the same name, b.');
    expect(nodeStates(nodes).map(({ reading }) => reading)).toEqual([null, null]);
  });

  it('are unreadable if their configured address reaches the bridge of another one', () => {
    const outcome = okOutcome(factsOf('b', '1'));
    const nodes = [configuredNode('a', outcome), configuredNode('c', outcome)];
    expect(shown(nodes)).toEqual([
      ['a', 'ok', null],
      ['c', 'unreadable', 'invalid_configuration'],
    ]);
    expect(nodeStates(nodes)[1]?.problem?.message).toContain(
      'https://c:5001 reaches the same bridge as https://a:5001, which is node a',
    );
  });

  it.each<[string, readonly ReadNode[]]>([
    [
      'configured before it',
      [
        configuredNode('liar', okOutcome(factsOf('b', '1'))),
        configuredNode('b', okOutcome(factsOf('b', '1'))),
      ],
    ],
    [
      'found with its name',
      [
        dnsNode('10.0.0.1:1', okOutcome(factsOf('b', '2'))),
        dnsNode('10.0.0.2:1', okOutcome(factsOf('b', '1'))),
      ],
    ],
  ])('are never fewer because one says that it is another: %s', (_, nodes) => {
    const states = nodeStates(nodes);

    expect(states).toHaveLength(2);
    expect(states.map(({ problem }) => problem?.code)).toContain('invalid_configuration');
  });

  it('are not one because of an earlier reading: another bridge may be there now', () => {
    const stale = { ...okOutcome(factsOf('b', '1')), status: 'stale' } as const;
    const nodes = [
      dnsNode('10.0.0.1:1', okOutcome(factsOf('b', '1'))),
      dnsNode('10.0.0.2:1', stale, 'b'),
    ];
    expect(shown(nodes)).toEqual([
      ['10.0.0.2:1', 'stale', null],
      ['b', 'ok', null],
    ]);
  });
});
