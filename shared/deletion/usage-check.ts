/** Whether this host uses an artifact, or why nobody can say. */
import * as z from 'zod/mini';
import type { Exchange } from '../exchange.ts';
import type { ArtifactDetail } from '../harbor/artifact.ts';
import type { ProjectName, RepositoryName } from '../harbor/names.ts';
import { hostReading } from '../host/host-reading.ts';
import { Problem } from '../problem.ts';
import { hostUsage } from './host-usage.ts';

export const usageSchema = z.enum(['in_use', 'present', 'absent', 'unknown', 'not_checked']);

export interface ArtifactUsage {
  readonly usage: z.infer<typeof usageSchema>;
  /** A sentence for the operator; empty when there is nothing to say. */
  readonly detail: string;
}

/**
 * Reads the host while Harbor is being asked, and never rejects for what the host does: a host that
 * cannot be read is `unknown`, not empty.
 * @returns a function that judges an artifact by what was read
 */
export async function artifactUsage(
  exchange: Exchange,
  at: {
    readonly project: ProjectName;
    readonly repository: RepositoryName;
    readonly fresh: boolean;
  },
): Promise<(artifact: ArtifactDetail) => ArtifactUsage> {
  if (!guardApplies(exchange)) return () => ({ usage: 'not_checked', detail: '' });
  try {
    const [images, containers] = await Promise.all([
      hostReading(exchange, 'images', at.fresh),
      hostReading(exchange, 'containers', at.fresh),
    ]);
    return (artifact) =>
      hostUsage(
        { images: images.rows, containers: containers.rows },
        {
          digest: artifact.digest,
          childDigests: artifact.childDigests,
          repository: `${at.project}/${at.repository}`,
          tags: artifact.tags,
        },
      );
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    // "Later" is an answer of its own: nothing is wrong with the host.
    if (err.code === 'rate_limited' || err.code === 'overloaded') throw err;
    const detail = `The host could not be read: ${err.message}`;
    return () => ({ usage: 'unknown', detail });
  }
}

/** `auto` leaves the host alone only where there is nothing that could be asked. */
function guardApplies({ services }: Exchange): boolean {
  const { delete_guard } = services.configuration.delete_config;
  if (delete_guard === 'auto') return services.bridge?.runtimeExpected() ?? false;
  return delete_guard === 'on';
}
