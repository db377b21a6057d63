/** The metrics of the nodes, of Harbor and of the sources: values that are read apart from any scrape. */

/** The parts of the refresh in the background. */
export const REFRESH_PARTS = ['nodes', 'drift', 'certificate'] as const;
export type RefreshPart = (typeof REFRESH_PARTS)[number];

/** The figures of a node. Null: its bridge cannot say. */
interface NodeFigures {
  readonly images: number | null;
  readonly images_bytes: number | null;
  readonly containers: number | null;
  readonly reclaimable_bytes_max: number | null;
}

/** The images of one node that differ from the registry in one way. */
export interface DriftCount {
  readonly images: number;
  /** Those of them that a running container of the node uses. */
  readonly running: number;
}

/** The last check of a source. */
export interface SourceCheck {
  readonly name: string;
  readonly status: 'ok' | 'down' | 'differs' | 'not_configured' | 'starting';
  /** Why it is not ok. */
  readonly code?: string | undefined;
}

/** One node at the time of a scrape. */
export interface NodeView {
  readonly name: string;
  /** True if it could be read. */
  readonly up: boolean;
  readonly readingAgeMs: number;
  /** The figures of the node; null: unknown, or too old. */
  readonly figures: NodeFigures | null;
  /** By status. Null: unknown, or too old. */
  readonly drift: ReadonlyMap<string, DriftCount> | null;
}

/** How the last refresh of a part went that succeeded. */
export interface RefreshView {
  readonly part: RefreshPart;
  /** When it ended, milliseconds since the epoch. */
  readonly atMs: number;
  readonly tookMs: number;
}

/** The values to show at the time of a scrape. What is unknown or too old is left out. */
export interface FleetView {
  readonly nodes: readonly NodeView[];
  /** Milliseconds since the epoch. */
  readonly certificateExpiresAtMs: number | null;
  readonly refreshes: readonly RefreshView[];
}

export interface FleetMetrics {
  /** Shows from now on what `view` returns when the metrics are asked for. Called once. */
  show(view: () => FleetView): void;
  /** The same for the last checks of the sources. */
  showSources(checks: () => readonly SourceCheck[]): void;
  refreshFailed(part: RefreshPart): void;
}

/** Shows nothing. */
export const noFleetMetrics: FleetMetrics = {
  show: () => undefined,
  showSources: () => undefined,
  refreshFailed: () => undefined,
};
