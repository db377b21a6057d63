/** Panels of the dashboard, as Grafana's JSON has them. */

/** A query of Prometheus, and how its series are named. */
export interface Query {
  readonly expr: string;
  /** `{{label}}` is replaced; without it, the only series has the panel's title. */
  readonly legend?: string;
}

/** From a value on, a colour. The first one has no value. */
export type Threshold = readonly [
  value: number | null,
  color: 'green' | 'yellow' | 'orange' | 'red',
];

/** Common to all panels. */
export interface Shown {
  readonly title: string;
  /** What it means, and what to do. */
  readonly description: string;
  readonly queries: readonly Query[];
  /** As Grafana names units. */
  readonly unit: string;
  /** Of 24 columns. */
  readonly width: number;
  readonly height?: number;
  readonly thresholds?: readonly Threshold[];
}

/** What a panel needs besides its id and place, which the layout adds. */
export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A heading, and the panels below it. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };
const GREEN: readonly Threshold[] = [[null, 'green']];
/** For numbers that are 0 while all is well. */
export const BAD_ABOVE_ZERO: readonly Threshold[] = [
  [null, 'green'],
  [1, 'red'],
];

/** What kinds of panels have of their own. */
interface Details {
  readonly height: number;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly unknown[];
  readonly transformations?: readonly unknown[];
  readonly instant?: boolean;
  readonly format?: 'heatmap' | 'table';
}

export function panel(type: string, shown: Shown, details: Details): Panel {
  const { title, description, queries, unit, width, thresholds = GREEN } = shown;
  const { defaults, options, overrides = [], transformations, instant = false, format } = details;
  return {
    width,
    height: shown.height ?? details.height,
    json: {
      type,
      title,
      description,
      datasource: DATASOURCE,
      targets: queries.map(({ expr, legend = title }, index) => ({
        datasource: DATASOURCE,
        editorMode: 'code',
        expr,
        format: format ?? 'time_series',
        instant,
        legendFormat: format === 'heatmap' ? '{{le}}' : legend,
        range: !instant,
        refId: refId(index),
      })),
      fieldConfig: {
        defaults: { unit, thresholds: thresholdsOf(thresholds), ...defaults },
        overrides,
      },
      options,
      ...(transformations && { transformations }),
    },
  };
}

export function thresholdsOf(thresholds: readonly Threshold[]) {
  return { mode: 'absolute', steps: thresholds.map(([value, color]) => ({ color, value })) };
}

/** A, B, … */
export function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
