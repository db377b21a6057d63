/**
 * The configuration: its sections, each key with its default and its environment variable. Those that a bridge reads
 * too are in bridge-schema.ts.
 */
import * as z from 'zod/mini';
import { BRIDGE_SECTIONS, HOUR_MS, TOP_LEVEL } from './bridge-schema.ts';
import { type ConfigurationKey, keysOf } from './keys.ts';
import { nodes, nodesDns } from './node-values.ts';
import { policies } from './policy-values.ts';
import { functionUrls, harborHost, url } from './upstream-values.ts';
import { A_TOKEN, flag, integer, list, oneOf, optionalText, text } from './values.ts';

/** Standard Webhooks requires 24 bytes or more. */
const WEBHOOK_SECRET =
  /^(whsec_)?([A-Za-z0-9+/]{4}){8,}([A-Za-z0-9+/]{2}(==)?|[A-Za-z0-9+/]{3}=?)?$/;
const A_WEBHOOK_SECRET = 'base64 of 24 bytes or more (openssl rand -base64 32)';

export const SECTIONS = {
  app_config: BRIDGE_SECTIONS.app_config,
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
  crictl_config: BRIDGE_SECTIONS.crictl_config,
  delete_config: z.object({
    delete_guard: oneOf('auto', ['on', 'off', 'auto']),
    /** The journal of deletions. Null: none. On Node an absolute path after loading. */
    journal_file: optionalText('a path'),
  }),
  cleanup_config: z.object({
    /** Name → policy. */
    policies: policies(),
  }),
  bridge_config: BRIDGE_SECTIONS.bridge_config,
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
      `the value of a header, whose last word is ${A_TOKEN}`,
      /^(?:[\x21-\x7e]+ +)*[\x21-\x7e]{16,}$/,
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

/** Every key, in the order of the documentation. */
export function configurationKeys(): readonly ConfigurationKey[] {
  const schemas = Object.entries({ '': TOP_LEVEL, ...SECTIONS });
  return keysOf(Object.fromEntries(schemas.map(([name, { shape }]) => [name, Object.keys(shape)])));
}
