/** The types of configuration values for several nodes. */
import { isRecord } from '../is-record.ts';
import { parseJson } from '../parse-json.ts';
import { A_BRIDGE_URL, type BridgeUrl, readBridgeUrl } from './address-values.ts';
import { A_NODE_NAME, NODE_NAME } from './bridge-schema.ts';
import { repeatedMembers } from './repeated-members.ts';
import { A_TOKEN, key, matching, type Refuse, TOKEN, unset } from './values.ts';

/** A bridge of `nodes`. */
export interface ConfiguredNode {
  readonly bridge_url: BridgeUrl;
  /** The token of its bridge; null: that of `bridge_config`. */
  readonly bridge_token: string | null;
  /** A file with the token, for programs on Node. They read it at the start, and then it is in `bridge_token`. */
  readonly bridge_token_file: string | null;
  /** The file of its CA; null: that of `bridge_config`. On Node an absolute path after loading. */
  readonly bridge_ca_file: string | null;
}

/** The name whose records are bridges. */
export interface NodesDns {
  readonly name: string;
  /** The port of the bridges; null: the name has SRV records, which contain the ports. */
  readonly port: number | null;
}

const MEMBERS = {
  bridge_url: A_BRIDGE_URL,
  bridge_token: A_TOKEN,
  bridge_token_file: 'a path',
  bridge_ca_file: 'a path',
} as const;

/** Node name → its bridge. */
export const nodes = () =>
  key<Readonly<Record<string, ConfiguredNode>>>(
    {},
    {
      expected: 'an object of node name to bridge',
      fromText: (given, refuse) => {
        if (given.trim() === '') return {};
        const value = parseJson(given);
        if (value !== undefined) {
          for (const member of repeatedMembers(given)) refuse(member, 'occurs twice');
        }
        return value;
      },
      read: (value, refuse) => {
        if (value === null) return {};
        if (!isRecord(value)) return undefined;
        const nodes: Record<string, ConfiguredNode> = {};
        for (const [name, given] of Object.entries(value)) {
          if (!NODE_NAME.test(name))
            refuse(name, `not the name of a node; expected ${A_NODE_NAME}`);
          else if (!isRecord(given)) refuse(name, 'expected an object with bridge_url');
          else {
            const node = readNode(given, (path, message) => refuse(`${name}.${path}`, message));
            if (node !== null) nodes[name] = node;
          }
        }
        refuseSameBridges(nodes, refuse);
        return nodes;
      },
    },
  );

/** With one address twice, another host would not be read. */
function refuseSameBridges(nodes: Readonly<Record<string, ConfiguredNode>>, refuse: Refuse): void {
  const owners = new Map<string, string>();
  for (const [name, { bridge_url }] of Object.entries(nodes)) {
    const address = JSON.stringify(bridge_url);
    const owner = owners.get(address);
    if (owner !== undefined) refuse(`${name}.bridge_url`, `node ${owner} has the same address`);
    else owners.set(address, name);
  }
}

/** Reads one node; null if it has no address. Messages do not quote values, because one may be a token in the wrong place. */
function readNode(given: Readonly<Record<string, unknown>>, refuse: Refuse): ConfiguredNode | null {
  const names = Object.keys(MEMBERS).join(', ');
  for (const member of Object.keys(given)) {
    if (!Object.hasOwn(MEMBERS, member)) refuse(member, `unknown key; expected one of ${names}`);
  }
  const optional = (member: 'bridge_token' | 'bridge_token_file' | 'bridge_ca_file') => {
    const value = given[member] ?? null;
    if (unset(value)) return null;
    const read = matching(value, member === 'bridge_token' ? TOKEN : /^\P{Cc}+$/u);
    if (read === undefined) refuse(member, `expected ${MEMBERS[member]}`);
    return read ?? null;
  };
  const bridge_url = readBridgeUrl(given['bridge_url']);
  const bridge_token = optional('bridge_token');
  const bridge_token_file = optional('bridge_token_file');
  if (bridge_token !== null && bridge_token_file !== null) {
    refuse('bridge_token_file', 'bridge_token is set too; remove one');
  }
  const bridge_ca_file = optional('bridge_ca_file');
  if (bridge_url === undefined) {
    refuse('bridge_url', `expected ${MEMBERS.bridge_url}`);
    return null;
  }
  return { bridge_url, bridge_token, bridge_token_file, bridge_ca_file };
}

/** `NAME:PORT` with A and AAAA records, or the name of SRV records. Null if it is not set. */
export const nodesDns = () =>
  key<NodesDns | null>(null, {
    expected: 'NAME:PORT, or the name of SRV records (_bridge._tcp.NAME)',
    read: (value) => {
      if (unset(value)) return null;
      const [, name = '', port] =
        /^([\w-]+(?:\.[\w-]+)*\.?)(?::(\d{1,5}))?$/.exec(String(value)) ?? [];
      if (name === '' || name.length > 254) return undefined;
      if (port === undefined)
        return /^_[\w-]+\._(?:tcp|udp)\./.test(name) ? { name, port: null } : undefined;
      return Number(port) >= 1 && Number(port) <= 65_535 ? { name, port: Number(port) } : undefined;
    },
  });
