import { describe, expect, it } from 'vitest';
import {
  inUseDetail,
  type NodeUsage,
  unknownDetail,
  unreadDetail,
} from '../../../../shared/domain/images/usage-detail.ts';
import type { HostContainer } from '../../../../shared/ports/bridge.ts';
import { NodeProblem } from '../../../../shared/ports/node-problem.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { containerRow } from '../../../support/host-rows.ts';

function usage(
  node: string | null,
  reason: NodeUsage['reason'],
  ...containers: Partial<HostContainer>[]
): NodeUsage {
  return { node, usage: 'in_use', reason, containers: containers.map(containerRow) };
}

const WEB = { namespace: 'shop', pod: 'web-7d9f', name: 'app' };

describe('the detail of in_use', () => {
  it('names namespace, pod, container, state and node', () => {
    expect(inUseDetail([usage('node-3', 'containers', WEB)])).toBe(
      'It is used by shop/web-7d9f (container app, running) on node-3.',
    );
  });

  it('names no node if there is one host', () => {
    expect(inUseDetail([usage(null, 'containers', WEB)])).toBe(
      'It is used by shop/web-7d9f (container app, running).',
    );
  });

  it('names the container alone if the bridge does not know pods', () => {
    expect(inUseDetail([usage('node-3', 'containers', { name: 'app' })])).toBe(
      'It is used by container app (running) on node-3.',
    );
    expect(inUseDetail([usage('node-1', 'containers', WEB, { name: 'old' })])).toBe(
      'It is used by shop/web-7d9f (container app, running) on node-1, container old (running) on node-1.',
    );
  });

  it('names three containers of all nodes and counts the others', () => {
    const two = [WEB, { ...WEB, name: 'log', state: 'CONTAINER_EXITED' }];
    const nodes = ['node-1', 'node-2'].map((node) => usage(node, 'containers', ...two));
    expect(inUseDetail(nodes)).toBe(
      'It is used by shop/web-7d9f (container app, running) on node-1, ' +
        'shop/web-7d9f (container log, exited) on node-1, ' +
        'shop/web-7d9f (container app, running) on node-2 and 1 more.',
    );
  });

  it('names the nodes where the runtime itself needs it', () => {
    expect(inUseDetail([usage('node-1', 'sandbox'), usage('node-2', 'pinned')])).toBe(
      'Its image is pinned on node-2, because the runtime itself needs it.',
    );
    expect(inUseDetail([usage(null, 'sandbox')])).toBe(
      'It is the sandbox image of the pods on this host.',
    );
  });
});

describe('the detail of usage_unknown', () => {
  it('names the nodes that could not be read, and why', () => {
    const problem = new Problem('bridge_unavailable', 'The bridge at 192.0.2.1 refused');
    expect(unreadDetail([{ node: 'node-2', problem }])).toBe(
      'The node node-2 could not be read: The bridge at 192.0.2.1 refused.',
    );
    const named = new NodeProblem('node-2', problem);
    expect(unreadDetail([{ node: 'node-2', problem: named }])).toBe(
      'The node node-2 could not be read: The bridge at 192.0.2.1 refused.',
    );
    expect(unreadDetail([{ node: null, problem }])).toBe(
      'The host could not be read: The bridge at 192.0.2.1 refused.',
    );
  });

  it('says why for three of them, names three more, and counts the others', () => {
    const problem = new Problem('bridge_unavailable', 'Refused.');
    const nodes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((node) => ({ node, problem }));
    expect(unreadDetail(nodes)).toContain(
      'The node c could not be read: Refused. Nor could d, e, f and 2 more.',
    );
  });

  it('says what is wrong with a host that was read', () => {
    const problem = new Problem('runtime_empty', 'The container runtime of node-2 is empty.');
    expect(unreadDetail([{ node: 'node-2', problem }])).toBe(
      'The container runtime of node-2 is empty.',
    );
  });

  it('has a sentence for each reason', () => {
    const nodes = [
      usage('node-1', 'unnamed', WEB),
      usage('node-2', 'gone', WEB, { ...WEB, name: 'log' }),
      usage('node-3', 'needed'),
      usage('node-4', 'sandbox'),
    ];
    expect(unknownDetail(nodes)).toBe(
      'Cannot determine which image shop/web-7d9f (container app, running) on node-1 uses. ' +
        'Cannot determine whether shop/web-7d9f (container app, running) on node-2, ' +
        'shop/web-7d9f (container log, running) on node-2 use it: ' +
        'Harbor no longer has the image, which may be an index that contained it. ' +
        'Cannot determine whether it is the sandbox image of the pods on node-4: the runtime does not say ' +
        'which image that is. Check there what the bridge logs about crictl info and inspectp. ' +
        'Cannot determine whether it is an image that the runtime itself or its pods need on node-3: ' +
        'Harbor no longer has that image, which may be an index that contained it.',
    );
  });
});
