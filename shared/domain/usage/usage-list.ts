/** The list of GET /usage/{project}/{repository}/{reference}, for the function and its page. */

import type { NodesReading } from '../../ports/nodes.ts';
import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import { allowedAge, type RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { defineList } from '../../values/list.ts';
import { artifactUses } from '../images/artifact-uses.ts';
import { indexedHosts } from '../images/host-index.ts';
import { registryNames } from '../images/registry-names.ts';
import type { Use } from '../images/use.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import { type ArtifactAt, findArtifact, usageArtifact } from './found-artifact.ts';

export const useList = defineList<Use>({
  sortable: ['node', 'namespace', 'pod', 'container', 'state', 'since', 'match'],
  searched: (row) => [row.node, row.namespace ?? '', row.pod ?? '', row.container ?? '', row.image],
});

/** Who uses an artifact. */
export interface ArtifactUses {
  readonly reading: NodesReading;
  readonly digest: string;
  /** The artifact as Harbor has it; null: it has none of that digest. */
  readonly inRegistry: ArtifactDetail | null;
  readonly uses: readonly Use[];
}

/** Who uses an artifact. @throws Problem of Harbor, or as `Nodes.read` */
export async function findUses(
  services: DomainServices,
  request: RequestContext,
  asked: ArtifactAt,
): Promise<ArtifactUses> {
  const { configuration, memo } = services;
  const registry = services.registry.session(request);
  const [reading, found] = await Promise.all([
    readNodes(services, request, { allowStale: true }),
    request.log.upstream(findArtifact(registry, { ...asked, ...allowedAge(request) })),
  ]);
  const registries = registryNames(configuration);
  const hosts = indexedHosts(memo, reading.nodes);
  const artifact = await usageArtifact(registry, asked, { found, hosts, registries });
  return {
    reading,
    digest: artifact.digest,
    inRegistry: found?.detail ?? null,
    uses: artifactUses(hosts, artifact),
  };
}
