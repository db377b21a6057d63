/**
 * The configuration: one schema per section, with every key, its default and its environment variable.
 * Web standard.
 */
import * as z from 'zod/mini';
import {
  bare,
  baseUrl,
  bridgeUrl,
  functionUrls,
  harborHost,
  listenAddress,
  url,
} from './address-values.ts';
import { A_NODE_NAME, NODE_NAME, nodes, nodesDns } from './node-values.ts';
import { policies } from './policy-values.ts';
import {
  flag,
  integer,
  list,
  logLevel,
  oneOf,
  optionalFlag,
  optionalText,
  TOKEN,
  text,
  tokens,
} from './values.ts';

/** The largest value of a key in milliseconds. */
const HOUR_MS = 3_600_000;

/** Standard Webhooks requires 24 bytes or more. */
const WEBHOOK_SECRET =
  /^(whsec_)?([A-Za-z0-9+/]{4}){8,}([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$/;
const A_WEBHOOK_SECRET = 'base64 of 24 bytes or more (openssl rand -base64 32)';

/** The keys outside the sections. */
export const TOP_LEVEL = z.object({
  /** The ignore list. On Node an absolute path after loading. */
  ignore_file_path: text('images_to_ignore.txt', 'a path', /^\P{Cc}+$/u),
});

export const SECTIONS = {
  app_config: z.object({
    /** The path that an operator follows. Empty: stderr only. */
    log_file: text('app.log', 'a path, or "" for stderr only'),
    log_max_bytes: integer(10_485_760, 0, 1_000_000_000_000),
    log_backup_count: integer(3, 0, 1000),
    log_level: logLevel('WARNING'),
    /** An IPv6 address has no brackets. */
    app_host: text('0.0.0.0', 'a host name or IP address', /^[\w.:%-]+$/),
    app_port: integer(5000, 1, 65_535),
    app_debug: flag(false),
    jsonify_prettyprint_regular: flag(true),
    /** Empty: reads are open. */
    read_token: tokens('read_token'),
    /** Empty: writes come over `local_socket` only. */
    write_token: tokens('write_token'),
    /** Unix socket that needs no token; null: none. On Node an absolute path after loading. */
    local_socket: optionalText('a path'),
    /** Lower-case names without ports, IPv6 addresses without brackets. Empty: any. */
    allowed_hosts: list(
      'an array of host names without ports',
      /^([\w-]+(\.[\w-]+)*|\[?[\da-f.]*:[\da-f.]*:[\da-f:.]*\]?)$/i,
      (host) => bare(host.toLowerCase()),
    ),
    /** True if everyone may read if there is no `read_token`. Null: not set, which means true on Node and false on the edge. */
    public_reads: optionalFlag(),
    /** Base URL at which clients reach the service, without a trailing slash. */
    public_url: baseUrl(),
  }),
  harbor_config: z.object({
    /** Base URL without a trailing slash (`https://harbor.example.org`), which may have a path. Null: not configured. */
    harbor_host: harborHost(),
    harbor_username: text('', 'a user name without a colon', /^[^\p{Cc}:]*$/u),
    harbor_password: text('', 'a string', /^/),
    verify_ssl: flag(true),
    /** PEM file of a private CA. Null: only the CAs of the system. */
    ca_file: optionalText('a path'),
    harbor_timeout_ms: integer(30_000, 1, HOUR_MS),
    harbor_concurrency: integer(6, 1, 256),
    harbor_max_rows: integer(100_000, 1, 10_000_000),
    /** Other names of Harbor in image names: `host` or `host:port`, lower-case. */
    registry_aliases: list(
      'an array of host or host:port',
      /^([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])(:\d{1,5})?$/i,
      (host) => host.toLowerCase(),
    ),
  }),
  crictl_config: z.object({
    crictl_path: optionalText('an absolute path', /^\/\P{Cc}+$/u),
    crictl_sudo: oneOf('auto', [true, false, 'auto']),
    crictl_runtime_endpoint: optionalText(
      'a socket such as unix:///run/containerd/containerd.sock',
      /^((unix:\/\/)?\/|tcp:\/\/)[\x21-\x7e]+$/,
    ),
    crictl_timeout_ms: integer(10_000, 1, HOUR_MS),
    crictl_max_age_ms: integer(1000, 0, HOUR_MS),
  }),
  delete_config: z.object({
    delete_guard: oneOf('auto', ['on', 'off', 'auto']),
    /** The journal of deletions. Null: none. On Node an absolute path after loading. */
    journal_file: optionalText('a path'),
  }),
  cleanup_config: z.object({
    /** Name → policy. */
    policies: policies(),
  }),
  bridge_config: z.object({
    /** Null means that the bridge is in the same process, or there is none. */
    bridge_url: bridgeUrl(),
    bridge_token: optionalText('a token (printable ASCII, no spaces)', TOKEN),
    bridge_listen: listenAddress({ kind: 'unix', path: '/run/image-api/bridge.sock' }),
    bridge_tls_cert: optionalText('a path'),
    bridge_tls_key: optionalText('a path'),
    bridge_ca_file: optionalText('a path'),
    bridge_allow_plaintext: flag(false),
    /** How long a router waits for its bridge. The default covers two runs of crictl with the default timeout. */
    bridge_timeout_ms: integer(22_000, 1, HOUR_MS),
    /** The node's name. Null: the host name. */
    node_name: optionalText(A_NODE_NAME, NODE_NAME),
  }),
  nodes_config: z.object({
    /** Name → bridge. Empty and no `nodes_dns`: the bridge of `bridge_config` is the only node. */
    nodes: nodes(),
    /** A DNS name whose records are bridges. Node only. */
    nodes_dns: nodesDns(),
    /** For one reading of a node, all its calls together. */
    node_timeout_ms: integer(5000, 1, HOUR_MS),
    /** How many nodes are read at a time. */
    node_concurrency: integer(32, 1, 1024),
    node_max_stale_ms: integer(60_000, 0, HOUR_MS),
    /** The largest age of readings and lists that answers over nodes share. */
    max_age_ms: integer(5000, 0, HOUR_MS),
  }),
  webhook_config: z.object({
    /** The whole value of the `Authorization` header. */
    harbor_webhook_token: optionalText(
      'the value of a header (printable ASCII)',
      /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/,
    ),
    /** Standard Webhooks secrets in base64, with or without `whsec_`. Several during rotation. */
    invoke_secret: list(`${A_WEBHOOK_SECRET}, or an array of them`, WEBHOOK_SECRET),
    notify_url: url(),
    notify_secret: optionalText(A_WEBHOOK_SECRET, WEBHOOK_SECRET),
  }),
  ui_config: z.object({
    /** True if the pages are served. */
    enabled: flag(true),
    /** Signs the sessions of the pages. Null: on Node a random key, so that sessions end with the process. */
    session_key: optionalText(
      'a secret of 32 or more printable ASCII characters (openssl rand -base64 32)',
      /^[\x21-\x7e]{32,}$/,
    ),
    session_hours: integer(12, 1, 8760),
  }),
  metrics_config: z.object({
    /** How often the values of nodes and drift are read in the background; 0: never. Node only. */
    refresh_ms: integer(60_000, 0, HOUR_MS),
    /** Older values are left out of an answer. */
    max_age_ms: integer(180_000, 1, HOUR_MS),
  }),
  router_config: z.object({
    /** Function name → base URL without a trailing slash. */
    function_urls: functionUrls(),
    function_timeout_ms: integer(30_000, 1, HOUR_MS),
  }),
};

/** A section of config.json. */
export type SectionName = keyof typeof SECTIONS;

/** The parsed configuration: sections and keys as in config.json, with valid values. */
export type Configuration = Readonly<z.output<typeof TOP_LEVEL>> & {
  readonly [S in SectionName]: Readonly<z.output<(typeof SECTIONS)[S]>>;
};

/** The variables of keys whose names in capitals say too little, or are those of another key. */
const OWN_VARIABLES: Readonly<Record<string, string>> = {
  'ui_config.enabled': 'UI_ENABLED',
  'metrics_config.refresh_ms': 'METRICS_REFRESH_MS',
  'metrics_config.max_age_ms': 'METRICS_MAX_AGE_MS',
};

/**
 * The environment variable of a key; on the edge, the name of its binding.
 * @param name `section.key`, or the key alone at the top level
 */
export function variableOf(name: string): string {
  return OWN_VARIABLES[name] ?? name.slice(name.indexOf('.') + 1).toUpperCase();
}

/** A key of config.json. */
export interface ConfigurationKey {
  /** `''` is the top level. */
  readonly section: string;
  readonly key: string;
  /** Its environment variable. */
  readonly variable: string;
}

/** Every key, in the order of the documentation. */
export function configurationKeys(): readonly ConfigurationKey[] {
  return Object.entries({ '': TOP_LEVEL, ...SECTIONS }).flatMap(([section, schema]) =>
    Object.keys(schema.shape).map((key) => ({
      section,
      key,
      variable: variableOf(`${section}.${key}`),
    })),
  );
}
