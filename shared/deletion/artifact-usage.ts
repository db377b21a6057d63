/** Whether this host uses an artifact, or why that cannot be determined. */
import { hostReading } from '../host/host-reading.ts';
import { runtimeDoubt } from '../host/runtime-doubt.ts';
import type { FunctionContext } from '../http/function.ts';
import { Problem } from '../problem.ts';
import type { Usage } from './deletion-answer.ts';
import { hostUsage, otherDigestsInUse, type UsageArtifact } from './host-usage.ts';

export interface ArtifactUsage {
  readonly usage: Usage;
  /** Sentences for the operator; empty when there is nothing to say. */
  readonly detail: string;
}

/** What the host said at one time. */
export interface HostLook {
  /** When it answered, on the monotonic clock; never old when the host is not asked. */
  readonly atMs: number;
  /** Judges an artifact by what was read. */
  readonly usageOf: (artifact: UsageArtifact) => ArtifactUsage;
  /** As `otherDigestsInUse`. */
  readonly otherDigests: (artifact: UsageArtifact) => readonly string[];
}

/**
 * Reads the host. It does not reject for a host that cannot be read: the usage is `unknown` then, not
 * `absent`.
 * @throws Problem overloaded
 */
export async function lookAtHost(
  c: FunctionContext,
  { fresh }: { readonly fresh: boolean },
): Promise<HostLook> {
  if (!guardApplies(c)) {
    return always({ usage: 'not_checked', detail: '' }, Number.POSITIVE_INFINITY);
  }
  const { monotonic } = c.get('services');
  try {
    const [images, containers] = await Promise.all([
      hostReading(c, 'images', fresh),
      hostReading(c, 'containers', fresh),
    ]);
    const doubt = runtimeDoubt({ images, containers });
    const host = { images: images.rows, containers: containers.rows };
    const usageOf = (artifact: UsageArtifact): ArtifactUsage => {
      const found = hostUsage(host, artifact);
      // Another runtime may have more containers: a use that was found is one all the same.
      return doubt === null || found.usage === 'in_use'
        ? found
        : { usage: 'unknown', detail: doubt };
    };
    const otherDigests = (artifact: UsageArtifact) => otherDigestsInUse(host, artifact);
    return { atMs: monotonic(), usageOf, otherDigests };
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    // A busy host asks to try again later, which is an answer of its own.
    if (err.code === 'overloaded') throw err;
    const detail = sentence(`The host could not be read: ${err.message}`);
    return always({ usage: 'unknown', detail }, monotonic());
  }
}

function always(usage: ArtifactUsage, atMs: number): HostLook {
  return { atMs, usageOf: () => usage, otherDigests: () => [] };
}

/** What crictl said comes last in a message, and it ends as crictl likes. */
function sentence(text: string): string {
  return /[.!?…]["”]?$/.test(text) ? text : `${text}.`;
}

/** `auto` leaves the host alone only where there is nothing that could be asked. */
function guardApplies(c: FunctionContext): boolean {
  const { bridge, configuration } = c.get('services');
  const { delete_guard } = configuration.delete_config;
  return delete_guard === 'auto' ? bridge.runtimeExpected() : delete_guard === 'on';
}
