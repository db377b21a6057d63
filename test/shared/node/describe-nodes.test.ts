import { describe, expect, it } from 'vitest';
import { describeNodes } from '../../../shared/node/describe-nodes.ts';
import { configurationOf } from '../../support/configuration.ts';

const nodes = { a: { bridge_url: 'https://a' }, b: { bridge_url: 'https://b' } };

describe('the nodes in the start-up line', () => {
  it.each([
    [{}, undefined],
    [{ nodes }, '2 configured'],
    [{ nodes_dns: 'bridges.svc:5001' }, 'the bridges of bridges.svc'],
    [{ nodes, nodes_dns: 'bridges.svc:5001' }, '2 configured and the bridges of bridges.svc'],
  ])('of %j are %j', (nodes_config, expected) => {
    expect(describeNodes(configurationOf({ nodes_config }))).toBe(expected);
  });
});
