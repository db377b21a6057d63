/** What the metrics show of the nodes, of Harbor and of the sources: values that are read apart from any scrape. */
import type { DriftCounts } from '../../domain/drift/count-drift.ts';
import type { NodeRow } from '../../domain/nodes/node-rows-answer.ts';
import type { Check } from '../../domain/readiness/readiness-answer.ts';

/** The parts of the refresh in the background. */
export const REFRESH_PARTS = ['nodes', 'drift', 'certificate'] as const;
export type RefreshPart = (typeof REFRESH_PARTS)[number];

/** One node at the time of a scrape. */
export interface NodeView {
  readonly name: string;
  /** Whether it could be read. */
  readonly up: boolean;
  readonly readingAgeMs: number;
  /** Null: unknown, or too old. */
  readonly figures: Pick<
    NodeRow,
    'images' | 'images_bytes' | 'containers' | 'reclaimable_bytes_max'
  > | null;
  /** Null: unknown, or too old. */
  readonly drift: DriftCounts | null;
}

/** How the last refresh of a part went that succeeded. */
export interface RefreshView {
  readonly part: RefreshPart;
  /** When it ended, milliseconds since the epoch. */
  readonly atMs: number;
  readonly tookMs: number;
}

/** What there is to show at the time of a scrape. What is unknown or too old is left out. */
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
  showSources(checks: () => readonly Check[]): void;
  refreshFailed(part: RefreshPart): void;
}

/** Shows nothing. */
export const noFleetMetrics: FleetMetrics = {
  show: () => undefined,
  showSources: () => undefined,
  refreshFailed: () => undefined,
};
