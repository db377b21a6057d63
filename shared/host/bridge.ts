/**
 * The interface of the bridge: its types and the schemas of its wire format, for the bridge in this
 * process, the bridge server and its client. Only the named fields leave the bridge: never the labels,
 * annotations or environment of containers.
 */
import * as z from 'zod/mini';

/** One image of the host as crictl reports it, ids without `sha256:`. */
const hostImageSchema = z.object({
  /** Full image id (config digest on containerd), without `sha256:`. */
  id: z.string(),
  /** `repository:tag`, as the runtime names them. */
  repo_tags: z.array(z.string()),
  /** `repository@sha256:…`; may be `<none>@<none>` under cri-dockerd. */
  repo_digests: z.array(z.string()),
  /** Bytes; null when the runtime does not say. */
  size_bytes: z.nullable(z.number()),
  pinned: z.boolean(),
});
export type HostImage = z.infer<typeof hostImageSchema>;

/** One container of the host, in any state. */
const hostContainerSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** `CONTAINER_RUNNING`, `CONTAINER_EXITED`, … as CRI names them. */
  state: z.string(),
  /** `imageRef` of the CRI: a config digest, `repository@digest` or an id, depending on the runtime. */
  image_ref: z.string(),
  /** The image as the pod named it; empty when unknown. */
  image: z.string(),
});
export type HostContainer = z.infer<typeof hostContainerSchema>;

/** Version of the bridge's HTTP interface: the first segment of its paths (`/v1/…`). */
export const BRIDGE_WIRE_VERSION = 1;

/** When the run began, on the bridge's clock. The `Age` header says how old it is. */
const started_at_ms = z.number();
/** As in `HostReading`; a bridge leaves it out when there is no doubt. */
const ambiguous = z.optional(z.array(z.string()));

/** Body of `GET /v1/images`. */
export const imagesReadingSchema = z.object({
  started_at_ms,
  ambiguous,
  images: z.array(hostImageSchema),
});
/** Body of `GET /v1/containers`. */
export const containersReadingSchema = z.object({
  started_at_ms,
  ambiguous,
  containers: z.array(hostContainerSchema),
});
/** Body of `GET /v1/version`. */
export const bridgeVersionSchema = z.object({
  /** Version of Image API. */
  version: z.string(),
  /** `BRIDGE_WIRE_VERSION` of the bridge. */
  wire_version: z.number(),
});
export type BridgeVersion = z.infer<typeof bridgeVersionSchema>;

/** Rows of one crictl run. `rows` keeps its identity while the run is shared. */
export interface HostReading<Row> {
  readonly rows: readonly Row[];
  /**
   * Sockets of several container runtimes, if it is not known which of them runs the pods. The rows may be
   * those of another one. Absent if there is no doubt.
   */
  readonly ambiguous?: readonly string[];
  /** When the run began, milliseconds since the epoch on the bridge's clock. */
  readonly startedAtMs: number;
  /** Age at the time of the answer, milliseconds. */
  readonly ageMs: number;
}

export interface HostReadOptions {
  /** Requires a run that begins after this call (`Cache-Control: no-cache`). */
  readonly fresh?: boolean;
  /** Aborts this caller's wait. Lazy: creating the signal is expensive on Node. */
  readonly signal?: () => AbortSignal;
  readonly requestId?: string;
}

/**
 * The host behind crictl. Rejects with `Problem`s: crictl_not_found, crictl_permission_denied,
 * runtime_unreachable, crictl_timeout, crictl_bad_output, overloaded, bridge_unavailable,
 * bridge_unauthorized, unsupported_here.
 */
export interface Bridge {
  /** False only for `noBridge`, whose reads all reject. */
  readonly configured: boolean;
  images(options?: HostReadOptions): Promise<HostReading<HostImage>>;
  containers(options?: HostReadOptions): Promise<HostReading<HostContainer>>;
  /**
   * Whether this host has, or had, a container runtime. False only when there is no crictl, neither
   * configuration nor environment name its path or an endpoint, and no runtime or kubelet has left a
   * socket or state: then `delete_guard: auto` does not ask the host.
   */
  runtimeExpected(): boolean;
  /** The version of a bridge in another process, which can differ from this one. */
  version?(options?: HostReadOptions): Promise<BridgeVersion>;
}

/** The body of `GET /v1/images` or `/v1/containers`, as their schemas read it. */
export function readingBody(kind: 'images' | 'containers', reading: HostReading<unknown>): string {
  const { startedAtMs, ambiguous, rows } = reading;
  return JSON.stringify({ started_at_ms: startedAtMs, ambiguous, [kind]: rows });
}
