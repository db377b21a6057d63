/** Reads config.json and the environment (on the edge: the bindings) into a configuration. Web standard. */
import * as z from 'zod/mini';
import { isRecord } from '../is-record.ts';
import { type BridgeUrl, isPlaintextElsewhere } from './address-values.ts';
import { type Configuration, SECTIONS, type SectionName, TOP_LEVEL, variableOf } from './schema.ts';
import { EnvironmentText } from './values.ts';

export interface ParseOptions {
  /** The content of config.json, with old names replaced. Absent: no file. */
  readonly file?: unknown;
  /** Environment variables or bindings: text, or JSON values of bindings. They win over the file. */
  readonly environment: Readonly<Record<string, unknown>>;
  /** The sections that this command uses. The others keep their defaults, and their secrets are not read. */
  readonly sections?: readonly SectionName[];
}

/** One problem of a configuration. */
interface ConfigurationProblem {
  /** `section.key`, or the part of the file. */
  readonly name: string;
  readonly message: string;
  /** The invalid value, if there is exactly one. It may be secret. */
  readonly value?: unknown;
}

export interface ReadConfiguration {
  /** Null if there are problems, because defaults in place of wrong values could give too many rights. */
  readonly configuration: Configuration | null;
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads the file and the environment. Never throws. */
export function readConfiguration(options: ParseOptions): ReadConfiguration {
  const { file = {}, environment, sections } = options;
  const problems: ConfigurationProblem[] = [];
  const root = record('config.json', file);

  function record(name: string, value: unknown): Readonly<Record<string, unknown>> {
    if (isRecord(value)) return value;
    problems.push({ name, message: 'expected an object', value });
    return {};
  }

  function parse<S extends z.ZodMiniObject>(
    prefix: string,
    schema: S,
    given: unknown,
  ): z.output<S> {
    const fileValues = record(prefix.slice(0, -1), given);
    const values: Record<string, unknown> = {};
    for (const key of Object.keys(schema.shape)) {
      const value = environment[variableOf(prefix + key)];
      const chosen =
        typeof value === 'string' ? new EnvironmentText(value) : (value ?? fileValues[key]);
      if (chosen !== undefined) values[key] = chosen;
    }
    const parsed = z.safeParse(schema, values);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      const given = values[String(path[0])];
      const value = given instanceof EnvironmentText ? given.text : given;
      problems.push({
        name: prefix + path.join('.'),
        message,
        ...(path.length === 1 && { value }),
      });
    }
    return z.parse(schema, {});
  }

  function section<S extends z.ZodMiniObject>(name: SectionName, schema: S): z.output<S> {
    if (sections?.includes(name) === false) return z.parse(schema, {});
    const given = root[name] === undefined ? {} : root[name];
    return parse(`${name}.`, schema, given);
  }

  const configuration: Configuration = {
    ...parse('', TOP_LEVEL, root),
    app_config: section('app_config', SECTIONS.app_config),
    harbor_config: section('harbor_config', SECTIONS.harbor_config),
    crictl_config: section('crictl_config', SECTIONS.crictl_config),
    delete_config: section('delete_config', SECTIONS.delete_config),
    bridge_config: section('bridge_config', SECTIONS.bridge_config),
    webhook_config: section('webhook_config', SECTIONS.webhook_config),
    nodes_config: section('nodes_config', SECTIONS.nodes_config),
    cleanup_config: section('cleanup_config', SECTIONS.cleanup_config),
    ui_config: section('ui_config', SECTIONS.ui_config),
    metrics_config: section('metrics_config', SECTIONS.metrics_config),
    router_config: section('router_config', SECTIONS.router_config),
  };
  problems.push(
    ...halfPairs(configuration),
    ...plaintextBridges(configuration),
    ...foreignSessions(configuration),
  );
  return { configuration: problems.length > 0 ? null : configuration, problems };
}

/** A certificate without its key, or the other way round. */
function halfPairs({ bridge_config }: Configuration): readonly ConfigurationProblem[] {
  const { bridge_tls_cert, bridge_tls_key } = bridge_config;
  if ((bridge_tls_cert === null) === (bridge_tls_key === null)) return [];
  const [set, missing] = bridge_tls_key === null ? ['cert', 'key'] : ['key', 'cert'];
  return [
    {
      name: `bridge_config.bridge_tls_${missing}`,
      message: `expected a path, because bridge_tls_${set} is set`,
    },
  ];
}

/** Bridges whose token would cross a network unencrypted. */
function plaintextBridges({
  bridge_config,
  nodes_config,
}: Configuration): readonly ConfigurationProblem[] {
  const { bridge_allow_plaintext, bridge_url } = bridge_config;
  if (bridge_allow_plaintext) return [];
  const addresses: Record<string, BridgeUrl | null> = { 'bridge_config.bridge_url': bridge_url };
  for (const [name, node] of Object.entries(nodes_config.nodes)) {
    addresses[`nodes_config.nodes.${name}.bridge_url`] = node.bridge_url;
  }
  const message =
    'expected https, or http to loopback (to allow http elsewhere, set bridge_allow_plaintext)';
  return Object.entries(addresses).flatMap(([name, address]) =>
    address !== null && isPlaintextElsewhere(address) ? { name, message } : [],
  );
}

/** Pages that are deployed elsewhere, when this process cannot check their sessions. */
function foreignSessions({
  router_config,
  ui_config,
}: Configuration): readonly ConfigurationProblem[] {
  if (router_config.function_urls.ui === undefined || ui_config.session_key !== null) return [];
  return [
    {
      name: 'ui_config.session_key',
      message: 'expected the key of the function ui, because function_urls has its URL',
    },
  ];
}
