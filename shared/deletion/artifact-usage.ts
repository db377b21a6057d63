/** Whether this host uses an artifact, or why that cannot be determined. */
import * as z from 'zod/mini';
import type { ArtifactDetail } from '../harbor/artifact.ts';
import type { RepositoryAt } from '../harbor/http/url.ts';
import { hostReading } from '../host/host-reading.ts';
import type { FunctionContext } from '../http/function.ts';
import { Problem } from '../problem.ts';
import { hostUsage } from './host-usage.ts';

export const usageSchema = z.enum(['in_use', 'present', 'absent', 'unknown', 'not_checked']);

export interface ArtifactUsage {
  readonly usage: z.infer<typeof usageSchema>;
  /** A sentence for the operator; empty when there is nothing to say. */
  readonly detail: string;
}

/**
 * Reads the host while Harbor is being asked. It does not reject for a host that cannot be read: the
 * usage is `unknown` then, not `absent`.
 * @returns a function that judges an artifact by what was read
 */
export async function artifactUsage(
  c: FunctionContext,
  at: RepositoryAt,
  { fresh }: { readonly fresh: boolean },
): Promise<(artifact: ArtifactDetail) => ArtifactUsage> {
  if (!guardApplies(c)) return () => ({ usage: 'not_checked', detail: '' });
  try {
    const [images, containers] = await Promise.all([
      hostReading(c, 'images', fresh),
      hostReading(c, 'containers', fresh),
    ]);
    const host = { images: images.rows, containers: containers.rows };
    const repository = `${at.project}/${at.repository}`;
    return ({ digest, childDigests, tags }) =>
      hostUsage(host, { digest, childDigests, repository, tags });
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    // A busy host asks to try again later, which is an answer of its own.
    if (err.code === 'rate_limited' || err.code === 'overloaded') throw err;
    const detail = `The host could not be read: ${err.message}`;
    return () => ({ usage: 'unknown', detail });
  }
}

/** `auto` leaves the host alone only where there is nothing that could be asked. */
function guardApplies(c: FunctionContext): boolean {
  const { bridge, configuration } = c.get('services');
  const { delete_guard } = configuration.delete_config;
  return delete_guard === 'auto' ? bridge.runtimeExpected() : delete_guard === 'on';
}
