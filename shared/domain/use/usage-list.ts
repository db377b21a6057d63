/** The list of GET /usage/{project}/{repository}/{reference}, for the function and its page. */
import type { ArtifactDetail } from '../../adapters/harbor/artifact.ts';
import type { FunctionContext } from '../../http/function.ts';
import { harborSession } from '../../http/harbor-endpoints.ts';
import { allowedAge } from '../../http/host-reading.ts';
import { defineList } from '../../http/list-answer.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import { artifactUses } from '../images/artifact-uses.ts';
import { type ArtifactAt, findArtifact, soughtArtifact } from '../images/registry-artifact.ts';
import { registryNames } from '../images/registry-names.ts';
import type { Use } from '../images/usage-answer.ts';
import { readNodes } from '../nodes/nodes-reading.ts';

export const useList = defineList<Use>({
  sortable: ['node', 'namespace', 'pod', 'container', 'state', 'since', 'match'],
  searched: (row) => [row.node, row.namespace ?? '', row.pod ?? '', row.container ?? '', row.image],
});

/** Who uses an artifact. */
export interface ArtifactUses {
  readonly reading: NodesReading;
  readonly digest: string;
  /** What Harbor has of it; null: no artifact of that digest. */
  readonly inRegistry: ArtifactDetail | null;
  readonly uses: readonly Use[];
}

/** Who uses an artifact. @throws Problem of Harbor, or as `Nodes.read` */
export async function findUses(c: FunctionContext, asked: ArtifactAt): Promise<ArtifactUses> {
  const { registry, configuration } = c.get('services');
  const session = harborSession(c);
  const [reading, found] = await Promise.all([
    readNodes(c, { allowStale: true }),
    c.get('log').upstream(findArtifact(session, registry, { ...asked, ...allowedAge(c) })),
  ]);
  const registries = registryNames(configuration);
  const artifact = await soughtArtifact(session, asked, { found, reading, registries });
  return {
    reading,
    digest: artifact.digest,
    inRegistry: found?.detail ?? null,
    uses: artifactUses(reading.nodes, artifact),
  };
}
