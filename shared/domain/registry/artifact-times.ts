/** The age of artifacts. */
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';

/** Milliseconds since the epoch; null if the time is unknown. */
export function timeMs(time: string | null): number | null {
  const ms = time === null ? Number.NaN : Date.parse(time);
  return Number.isNaN(ms) ? null : ms;
}

/** When it was pushed or pulled last, milliseconds since the epoch; null if the time of the push is unknown. */
export function lastUseMs({
  pushTime,
  pullTime,
}: Pick<RegistryArtifact, 'pushTime' | 'pullTime'>): number | null {
  const pushedMs = timeMs(pushTime);
  return pushedMs === null ? null : Math.max(pushedMs, timeMs(pullTime) ?? 0);
}
