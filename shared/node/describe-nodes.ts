/** The nodes in the start-up line. */
import type { Configuration } from '../values/configuration/configuration.ts';

/** How many nodes `nodes_config` names, and the name whose records are others. Undefined: none. */
export function describeNodes({
  nodes_config,
}: Pick<Configuration, 'nodes_config'>): string | undefined {
  const { nodes, nodes_dns } = nodes_config;
  const count = Object.keys(nodes).length;
  const parts = [
    ...(count > 0 ? [`${count} configured`] : []),
    ...(nodes_dns === null ? [] : [`the bridges of ${nodes_dns.name}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}
