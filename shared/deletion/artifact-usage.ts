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

/** The state of the host at one time. */
export interface HostState {
  /** When it answered, on the monotonic clock; infinite if the host is not read, so that it is never old. */
  readonly atMs: number;
  /** How the host uses an artifact. */
  readonly usageOf: (artifact: UsageArtifact) => ArtifactUsage;
  /** As `otherDigestsInUse`. */
  readonly otherDigests: (artifact: UsageArtifact) => readonly string[];
}

/**
 * Reads the host. If the host cannot be read, it does not reject: the usage is then `unknown`, not
 * `absent`.
 * @throws Problem overloaded
 */
export async function readHostState(
  c: FunctionContext,
  { fresh }: { readonly fresh: boolean },
): Promise<HostState> {
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
      // Another runtime may have more containers, but a use that was found counts in any case.
      return doubt === null || found.usage === 'in_use'
        ? found
        : { usage: 'unknown', detail: doubt };
    };
    const otherDigests = (artifact: UsageArtifact) => otherDigestsInUse(host, artifact);
    return { atMs: monotonic(), usageOf, otherDigests };
  } catch (err) {
    if (!(err instanceof Problem)) throw err;
    // A busy host is not an unreadable one: the client must try again later.
    if (err.code === 'overloaded') throw err;
    const detail = sentence(`The host could not be read: ${err.message}`);
    return always({ usage: 'unknown', detail }, monotonic());
  }
}

function always(usage: ArtifactUsage, atMs: number): HostState {
  return { atMs, usageOf: () => usage, otherDigests: () => [] };
}

/** Adds a full stop: the detail ends with crictl's message, which may have none. */
function sentence(text: string): string {
  return /[.!?…]["”]?$/.test(text) ? text : `${text}.`;
}

/** `auto` skips the host only if it has no container runtime. */
function guardApplies(c: FunctionContext): boolean {
  const { bridge, configuration } = c.get('services');
  const { delete_guard } = configuration.delete_config;
  return delete_guard === 'auto' ? bridge.runtimeExpected() : delete_guard === 'on';
}
