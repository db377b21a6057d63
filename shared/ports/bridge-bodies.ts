/** The bodies of a bridge's answers, as the schemas of bridge.ts read them. */
import type { HostReading, NodeReading } from './bridge.ts';

/** Version of the paths of the bridge's HTTP interface (`/v1/…`). */
export const BRIDGE_PATH_VERSION = 1;
/** Version of what it says there. 2: `/v1/node`, and pods of containers. */
export const BRIDGE_WIRE_VERSION = 2;
/**
 * The header of `GET /v1/node` that tells when the list of containers began: milliseconds after the request arrived,
 * negative if before. A client that adds them to the time of its request needs no common clock.
 */
export const CONTAINERS_AFTER_MS = 'x-containers-after-ms';

/** The body of `GET /v1/images` or `/v1/containers`, as their schemas read it. */
export function readingBody(kind: 'images' | 'containers', reading: HostReading<unknown>): string {
  const { startedAtMs, ambiguous, rows } = reading;
  return JSON.stringify({ started_at_ms: startedAtMs, ambiguous, [kind]: rows });
}

/** The body of `GET /v1/node`. */
export function nodeBody({ facts, images, containers, ...doubts }: NodeReading): string {
  const { ambiguous } = doubts;
  const { containersMissing: containers_missing, sandboxUnknown: sandbox_unknown } = doubts;
  const told = { ambiguous, containers_missing, sandbox_unknown };
  return JSON.stringify({ ...facts, ...told, images, containers });
}
