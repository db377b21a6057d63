import { describe, expect, it } from 'vitest';
import { secretsOf } from '../../../../shared/adapters/log/redaction.ts';
import { parseConfiguration } from '../../../../shared/values/configuration/configuration.ts';
import { configurationOf } from '../../../support/configuration.ts';

const problemsOf = (file: object, environment: Readonly<Record<string, string>> = {}) =>
  parseConfiguration({ file, environment }).problems;
const nodesOf = (nodes: unknown) => configurationOf({ nodes_config: { nodes } }).nodes_config.nodes;

const BARE = { bridge_token: null, bridge_token_file: null, bridge_ca_file: null };

describe('nodes_config.nodes', () => {
  it('has the bridge of each node', () => {
    const nodes = {
      'node-1': {
        bridge_url: 'https://10.0.0.1:5001/',
        bridge_token: 'token-t-of-the-test',
        bridge_ca_file: 'ca',
      },
      'node-2.example': { bridge_url: 'unix:/run/b.sock', bridge_token_file: 'token' },
    };
    expect(nodesOf(nodes)).toEqual({
      'node-1': {
        ...BARE,
        bridge_url: { kind: 'url', url: 'https://10.0.0.1:5001' },
        bridge_token: 'token-t-of-the-test',
        bridge_ca_file: 'ca',
      },
      'node-2.example': {
        ...BARE,
        bridge_url: { kind: 'unix', path: '/run/b.sock' },
        bridge_token_file: 'token',
      },
    });
  });

  it('is JSON in the environment', () => {
    const environment = { NODES: '{"a": {"bridge_url": "https://a:5001"}}' };
    expect(configurationOf({}, environment).nodes_config.nodes).toEqual({
      a: { ...BARE, bridge_url: { kind: 'url', url: 'https://a:5001' } },
    });
  });

  it.each([null, {}])('may be %j', (nodes) => {
    expect(nodesOf(nodes)).toEqual({});
  });

  it.each([
    [
      { 'node 1': {} },
      'nodes.node 1: not the name of a node; expected a name of letters, digits, . _ -',
    ],
    [{ a: 'https://a' }, 'nodes.a: expected an object with bridge_url'],
    [
      { a: {} },
      'nodes.a.bridge_url: expected unix:PATH or an http(s) URL without user info, query and fragment',
    ],
    [
      { a: { bridge_url: 'https://a', token: 'x' } },
      'nodes.a.token: unknown key; expected one of bridge_url, bridge_token, bridge_token_file, bridge_ca_file',
    ],
    [
      { a: { bridge_url: 'https://a', bridge_token: 'two words' } },
      'nodes.a.bridge_token: expected a token of 16 or more printable ASCII characters without spaces (openssl rand -hex 32)',
    ],
    [
      { a: { bridge_url: 'https://a', bridge_ca_file: 7 } },
      'nodes.a.bridge_ca_file: expected a path',
    ],
    [
      { a: { bridge_url: 'https://a', bridge_token: 'x'.repeat(16), bridge_token_file: 'y' } },
      'nodes.a.bridge_token_file: bridge_token is set too; remove one',
    ],
    [
      { a: { bridge_url: 'http://a:5001' } },
      'nodes.a.bridge_url: expected https, or http to loopback (to allow http elsewhere, set bridge_allow_plaintext)',
    ],
    [
      { a: { bridge_url: 'https://a' }, b: { bridge_url: 'https://A/' } },
      'nodes.b.bridge_url: node a has the same address',
    ],
    ['x', 'nodes: expected an object of node name to bridge'],
    [[], 'nodes: expected an object of node name to bridge'],
  ])('%j is refused', (nodes, line) => {
    expect(problemsOf({ nodes_config: { nodes } })).toEqual([`nodes_config.${line}`]);
  });

  it('may have http addresses with bridge_allow_plaintext', () => {
    const bridge_config = { bridge_allow_plaintext: true };
    const nodes_config = { nodes: { a: { bridge_url: 'http://a:5001' } } };
    expect(problemsOf({ bridge_config, nodes_config })).toEqual([]);
  });

  it.each([
    ['{"a": {"bridge_url": "https://a", "bridge_token": "hunter2 "}}'],
    ['{"a": {"bridge_url": "https://me:hunter2@a"}}'],
    ['{"a": {"bridge_token": "hunter2"}'],
    ['hunter2'],
  ])('is not quoted: %s', (NODES) => {
    const problems = problemsOf({}, { NODES });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('has no name twice in NODES, of which the first node would be forgotten', () => {
    const NODES = '{"a": {"bridge_url": "https://a"}, "a": {"bridge_url": "https://b"}}';
    expect(problemsOf({}, { NODES })).toEqual(['nodes_config.nodes.a: occurs twice']);
  });

  it('has tokens that are kept out of the log', () => {
    const nodes = { a: { bridge_url: 'https://a', bridge_token: 'hunter2-hunter2-hunter2' } };
    expect(secretsOf(configurationOf({ nodes_config: { nodes } }))).toContain(
      'hunter2-hunter2-hunter2',
    );
  });
});

describe('nodes_config.nodes_dns', () => {
  it.each([
    ['bridges.image-api.svc:5001', { name: 'bridges.image-api.svc', port: 5001 }],
    ['bridges.example.org.:5001', { name: 'bridges.example.org.', port: 5001 }],
    [
      '_bridge._tcp.bridges.image-api.svc.cluster.local',
      { name: '_bridge._tcp.bridges.image-api.svc.cluster.local', port: null },
    ],
    ['', null],
    [null, null],
  ])('%j is %j', (nodes_dns, expected) => {
    const { nodes_config } = configurationOf({ nodes_config: { nodes_dns } });
    expect(nodes_config.nodes_dns).toEqual(expected);
  });

  it.each(['bridges.example', 'https://bridges:5001', 'bridges:0', 'bridges:65536', 'a..b:1', 7])(
    '%j is refused',
    (nodes_dns) => {
      expect(problemsOf({ nodes_config: { nodes_dns } })).toEqual([
        expect.stringMatching(
          /^nodes_config\.nodes_dns: expected NAME:PORT, or the name of SRV records/,
        ),
      ]);
    },
  );
});
