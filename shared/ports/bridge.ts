/**
 * The interface of the bridge: its types and the schemas of its wire format, for the bridge in this
 * process, the bridge server and its client. Only the named fields leave the bridge: never the labels,
 * annotations or environment of containers.
 */
import * as z from 'zod/mini';
import { arrayOf } from '../values/parse-json.ts';
import type { UpstreamCalls } from './tracing/upstream-calls.ts';

/** Zero or more. Sums of them are exact, and no metric becomes infinite or negative. */
const bytes = z.nullable(z.int().check(z.nonnegative()));

/** One image of the host as crictl reports it, ids without `sha256:`. */
const hostImageSchema = z.object({
  /** Full image id (config digest on containerd), without `sha256:`. */
  id: z.string(),
  /** `repository:tag`, as the runtime names them. */
  repo_tags: arrayOf(z.string()),
  /** `repository@sha256:…`; may be `<none>@<none>` under cri-dockerd. */
  repo_digests: arrayOf(z.string()),
  /** Bytes; null when the runtime does not say. */
  size_bytes: bytes,
  pinned: z.boolean(),
  /** True if the pods' sandboxes use it. Null: the runtime does not say, the bridge is older, or only images were read. */
  sandbox: z._default(z.nullable(z.boolean()), null),
});
export type HostImage = z.infer<typeof hostImageSchema>;

/** Reads one image of a list. @throws ZodError */
export function parseHostImage(row: unknown): HostImage {
  return z.parse(hostImageSchema, row);
}

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
  /** From the labels of the CRI; null if the runtime does not say, or the bridge is older. So are the next four. */
  pod: z._default(z.nullable(z.string()), null),
  namespace: z._default(z.nullable(z.string()), null),
  pod_uid: z._default(z.nullable(z.string()), null),
  /** How often the kubelet has created the container before. */
  attempt: z._default(z.nullable(z.number()), null),
  /** RFC 3339. */
  created_at: z._default(z.nullable(z.string()), null),
  /** RFC 3339; null too while it runs, and if the runtime's list does not have it. */
  finished_at: z._default(z.nullable(z.string()), null),
});
export type HostContainer = z.infer<typeof hostContainerSchema>;

/** The facts that a bridge tells about its node besides images and containers. */
const nodeFactsSchema = z.object({
  /** `bridge_config.node_name`, by default the host name. */
  name: z.string(),
  /** A random id of the bridge's process: two addresses with the same one are the same bridge. */
  instance: z.string(),
  /** The container runtime; null: crictl does not say. */
  runtime: z.nullable(z.object({ name: z.string(), version: z.string() })),
  /** The file systems of images. Null: crictl does not say. */
  image_filesystems: z.nullable(arrayOf(z.object({ mountpoint: z.string(), used_bytes: bytes }))),
});
export type NodeFacts = z.infer<typeof nodeFactsSchema>;

/**
 * When the run began that first had these rows, on the bridge's clock. The `Age` header says how old the rows are.
 */
const started_at_ms = z.number();
/** As in `HostReading`; a bridge leaves it out when there is no doubt. */
const ambiguous = z.optional(arrayOf(z.string()));

/** Doubts as in `NodeReading`; a bridge leaves out those that it does not have. */
const doubt = z.optional(z.boolean());

/** Body of `GET /v1/images`. */
export const imagesReadingSchema = z.object({
  started_at_ms,
  ambiguous,
  images: arrayOf(hostImageSchema),
});
/** Body of `GET /v1/containers`. */
export const containersReadingSchema = z.object({
  started_at_ms,
  ambiguous,
  containers: arrayOf(hostContainerSchema),
});
/**
 * Body of `GET /v1/node`: all of a node in one reading, which revalidates with one `If-None-Match`. It has no time, so
 * that it stays the same while nothing changes; the `Age` header says how old it is.
 */
export const nodeReadingSchema = z.extend(nodeFactsSchema, {
  ambiguous,
  containers_missing: doubt,
  sandbox_unknown: doubt,
  images: arrayOf(hostImageSchema),
  containers: arrayOf(hostContainerSchema),
});
/** Body of `GET /v1/version`. */
export const bridgeVersionSchema = z.object({
  /** Version of Image API. */
  version: z.string(),
  /** `BRIDGE_WIRE_VERSION` of the bridge. */
  wire_version: z.number(),
});
export type BridgeVersion = z.infer<typeof bridgeVersionSchema>;

/** Rows of one crictl run. `rows` keeps its identity while the run is shared, or the bridge has no others. */
export interface HostReading<Row> {
  readonly rows: readonly Row[];
  /**
   * Sockets of several container runtimes, if it is not known which of them runs the pods. The rows may be
   * those of another one. Absent if there is no doubt.
   */
  readonly ambiguous?: readonly string[];
  /**
   * When the run began, milliseconds since the epoch on the bridge's clock. A bridge in another process tells that of
   * the first run that had these rows.
   */
  readonly startedAtMs: number;
  /** Age at the time of the answer, milliseconds. */
  readonly ageMs: number;
}

/** One reading of a whole node. It keeps its identity while nothing has changed, and so do its rows. */
export interface NodeReading {
  /** The facts of the node; null: the bridge is of the previous wire version, and cannot say. */
  readonly facts: NodeFacts | null;
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
  /** As in `HostReading`. */
  readonly ambiguous?: readonly string[];
  /** True if there is no container, although the host had some since the bridge started, or has a kubelet. */
  readonly containersMissing?: boolean;
  /** True if there are pods, and it is not known which image their sandboxes use: it may be any that no container uses. */
  readonly sandboxUnknown?: boolean;
}

/** A reading of a node with its time. */
export interface TimedNodeReading {
  readonly reading: NodeReading;
  /** Age of its oldest list at the time of the answer, milliseconds. */
  readonly ageMs: number;
  /**
   * How long before the answer the list of containers began, at most, milliseconds. It begins last, when all else is
   * known, and a container that started since may be missing. Undefined: the bridge is older, and does not say.
   */
  readonly containersAgeMs?: number | undefined;
}

export interface HostReadOptions {
  /** Requires a run that begins after this call (`Cache-Control: no-cache`). */
  readonly fresh?: boolean;
  /** Aborts this caller's wait. Lazy: creating the signal is expensive on Node. */
  readonly signal?: () => AbortSignal;
  readonly requestId?: string;
  /** Is told of the calls to a bridge in another process. Default: that of the client's options. */
  readonly calls?: UpstreamCalls;
}

/**
 * The host behind crictl. Rejects with `Problem`s: crictl_not_found, crictl_permission_denied,
 * runtime_unreachable, crictl_timeout, crictl_bad_output, overloaded, bridge_unavailable,
 * bridge_unauthorized, bridge_bad_response, unsupported_here; or with the reason of the caller's signal. Each
 * implementation passes test/ports/bridge-suite.ts.
 */
export interface Bridge {
  /** False only for `noBridge`, whose reads all reject. */
  readonly configured: boolean;
  images(options?: HostReadOptions): Promise<HostReading<HostImage>>;
  containers(options?: HostReadOptions): Promise<HostReading<HostContainer>>;
  /**
   * Facts and images, and then containers. The facts may be a minute old, and are never the reason for a failure.
   */
  node(options?: HostReadOptions): Promise<TimedNodeReading>;
  /**
   * True if this host has, or had, a container runtime. False only when there is no crictl, neither
   * configuration nor environment name its path or an endpoint, and no runtime or kubelet has left a
   * socket or state: then `delete_guard: auto` does not ask the host.
   */
  runtimeExpected(): boolean;
  /** The version of a bridge in another process, which can differ from this one. */
  version?(options?: HostReadOptions): Promise<BridgeVersion>;
}
