/** Reads config.json and the environment (on the edge: the bindings) into a configuration. Web standard. */
import * as z from 'zod/mini';
import type { BridgeUrl } from './address-values.ts';
import { halfPairs, plaintextBridges } from './bridge-problems.ts';
import { TOP_LEVEL } from './bridge-schema.ts';
import { type Configuration, SECTIONS, type SectionName } from './schema.ts';
import {
  type ConfigurationProblem,
  type ConfigurationSources,
  createSectionReader,
} from './section-reader.ts';

export interface ParseOptions extends ConfigurationSources {
  /** The sections that this command uses. The others keep their defaults, and their secrets are not read. */
  readonly sections?: readonly SectionName[];
}

export interface ReadConfiguration {
  /** The configuration; null if there are problems: defaults in place of wrong values could give too many rights. */
  readonly configuration: Configuration | null;
  readonly problems: readonly ConfigurationProblem[];
}

/** Reads the file and the environment. Never throws. */
export function readConfiguration({ sections, ...sources }: ParseOptions): ReadConfiguration {
  const { problems, read } = createSectionReader(sources);

  function section<S extends z.ZodMiniObject>(name: SectionName, schema: S): z.output<S> {
    return sections?.includes(name) === false ? z.parse(schema, {}) : read(name, schema);
  }

  const configuration: Configuration = {
    ...read('', TOP_LEVEL),
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
    ...halfPairs(configuration.bridge_config),
    ...plaintextBridges(configuration.bridge_config, bridgeAddresses(configuration)),
    ...foreignSessions(configuration),
  );
  return { configuration: problems.length > 0 ? null : configuration, problems };
}

function bridgeAddresses({
  bridge_config,
  nodes_config,
}: Configuration): Readonly<Record<string, BridgeUrl | null>> {
  const nodes = Object.entries(nodes_config.nodes).map(
    ([name, node]) => [`nodes_config.nodes.${name}.bridge_url`, node.bridge_url] as const,
  );
  return { 'bridge_config.bridge_url': bridge_config.bridge_url, ...Object.fromEntries(nodes) };
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
