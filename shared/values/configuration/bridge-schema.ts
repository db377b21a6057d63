/**
 * The part of the configuration that a bridge reads: one schema per section, with every key, its default and its
 * environment variable. Web standard.
 */
import * as z from 'zod/mini';
import { bare, baseUrl, bridgeUrl, listenAddress } from './address-values.ts';
import {
  A_TOKEN,
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
export const HOUR_MS = 3_600_000;

export const NODE_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;
export const A_NODE_NAME = 'a name of letters, digits, . _ -';

/** The keys outside the sections. */
export const TOP_LEVEL = z.object({
  /** The ignore list. On Node an absolute path after loading. */
  ignore_file_path: text('images_to_ignore.txt', 'a path', /^\P{Cc}+$/u),
});

/** The sections that a bridge uses, and other programs too. */
export const BRIDGE_SECTIONS = {
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
  bridge_config: z.object({
    /** The URL of the bridge; null: it is in the same process, or there is none. */
    bridge_url: bridgeUrl(),
    bridge_token: optionalText(A_TOKEN, TOKEN),
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
};

/** The configuration of a bridge: the sections that it uses. */
export type BridgeConfiguration = {
  readonly [S in keyof typeof BRIDGE_SECTIONS]: Readonly<z.output<(typeof BRIDGE_SECTIONS)[S]>>;
};
