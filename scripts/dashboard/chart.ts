/** Draws a panel of the dashboard as SVG or HTML. */
import { type EChartsOption, init } from 'echarts';

/** A series: its name, and its values by time. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [timeMs: number, value: number])[];
}

/** The members of a panel that are drawn. */
export interface DrawnPanel {
  readonly type: string;
  readonly title: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly fieldConfig: {
    readonly defaults: {
      readonly unit: string;
      readonly noValue?: string;
      readonly custom?: { readonly stacking?: { readonly mode: string } };
      readonly mappings?: readonly {
        readonly options: Record<string, { text: string; color?: string }>;
      }[];
      readonly thresholds: { readonly steps: readonly { value: number | null; color: string }[] };
    };
    readonly overrides: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
}

export const COLORS: Readonly<Record<string, string>> = {
  green: '#56a64b',
  yellow: '#f2cc0c',
  orange: '#ff780a',
  red: '#e02f44',
  blue: '#3274d9',
  purple: '#a352cc',
};
const TEXT = '#ccccdc';
const GRID = '#2c3235';

/** A value with its unit, as short as Grafana writes it. */
export function withUnit(value: number, unit: string): string {
  const short = (number: number) => String(Number(number.toPrecision(3)));
  const scaled = (base: number, names: readonly string[]) => {
    const power = Math.min(
      names.length - 1,
      Math.max(0, Math.floor(Math.log(value || 1) / Math.log(base))),
    );
    return `${short(value / base ** power)} ${names[power]}`;
  };
  if (unit === 'bytes') return scaled(1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB']);
  if (unit === 'percentunit') return `${short(value * 100)}%`;
  if (unit === 's' && value >= 86_400) return `${short(value / 86_400)} d`;
  if (unit === 's') return value < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`;
  return short(value) + (unit === 'reqps' ? ' req/s' : unit === 'ops' ? ' ops/s' : '');
}

function colorOf(panel: DrawnPanel, name: string): string | undefined {
  const override = panel.fieldConfig.overrides.find(({ matcher }) => matcher.options === name);
  const { value } = override?.properties.find(({ id }) => id === 'color') ?? {};
  return COLORS[(value as { fixedColor?: string } | undefined)?.fixedColor ?? ''];
}

/** Lines, bands of states, or the buckets of a heatmap. */
export function drawChart(
  panel: DrawnPanel,
  series: readonly Series[],
  size: { width: number; height: number },
): string {
  const chart = init(null, 'dark', { renderer: 'svg', ssr: true, ...size });
  chart.setOption({ backgroundColor: 'transparent', animation: false, ...optionOf(panel, series) });
  return chart.renderToSVGString();
}

function optionOf(panel: DrawnPanel, series: readonly Series[]): EChartsOption {
  if (panel.type === 'state-timeline') return bands(panel, series);
  if (panel.type === 'heatmap') return buckets(series);
  const { unit, custom } = panel.fieldConfig.defaults;
  const isStacked = custom?.stacking?.mode === 'normal';
  return {
    grid: { left: 64, right: 16, top: 10, bottom: 58 },
    legend: {
      bottom: 0,
      type: 'scroll',
      icon: 'roundRect',
      itemHeight: 4,
      textStyle: { color: TEXT, fontSize: 11 },
    },
    xAxis: { type: 'time', axisLabel: { fontSize: 10 } },
    yAxis: {
      type: 'value',
      min: 0,
      splitLine: { lineStyle: { color: GRID } },
      axisLabel: { fontSize: 10, formatter: (value: number) => withUnit(value, unit) },
    },
    series: series.map(({ name, points }) => {
      const color = colorOf(panel, name);
      return {
        type: 'line',
        name,
        data: points.map(([at, value]) => [at, value]),
        showSymbol: false,
        lineStyle: { width: 1.5 },
        ...(color !== undefined && { color }),
        ...(isStacked && { stack: 'all', areaStyle: { opacity: 0.4 } }),
      };
    }),
  };
}

/** A row for each series, with a mark for each point in the colour of its state. */
function bands(panel: DrawnPanel, series: readonly Series[]): EChartsOption {
  const states = panel.fieldConfig.defaults.mappings?.[0]?.options ?? {};
  return {
    grid: { left: 130, right: 16, top: 10, bottom: 30 },
    xAxis: { type: 'time', axisLabel: { fontSize: 10 } },
    yAxis: {
      type: 'category',
      data: series.map(({ name }) => name),
      inverse: true,
      axisLabel: { color: TEXT },
    },
    series: series.map(({ name, points }) => ({
      type: 'scatter',
      symbol: 'rect',
      symbolSize: [10, 26],
      data: points.map(([at, value]) => ({
        value: [at, name],
        itemStyle: { color: COLORS[states[String(value)]?.color ?? 'blue'] ?? '' },
      })),
    })),
  };
}

/** Prometheus' buckets contain those below them. */
function buckets(series: readonly Series[]): EChartsOption {
  const sorted = series.toSorted((a, b) => boundOf(a) - boundOf(b));
  const times = [...new Set(sorted.flatMap(({ points }) => points.map(([at]) => at)))].toSorted();
  const below = new Map<number, number>();
  const cells = sorted.flatMap(({ points }, row) =>
    points.map(([at, value]): [number, number, number] => {
      const own = value - (below.get(at) ?? 0);
      below.set(at, value);
      return [times.indexOf(at), row, own];
    }),
  );
  return {
    grid: { left: 56, right: 16, top: 10, bottom: 30 },
    xAxis: {
      type: 'category',
      data: times.map((at) => new Date(at).toISOString().slice(11, 16)),
      axisLabel: { fontSize: 10 },
    },
    yAxis: {
      type: 'category',
      data: sorted.map(({ labels }) => labels['le'] ?? ''),
      axisLabel: { fontSize: 10 },
    },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1, ...cells.map(([, , value]) => value)) / 3,
      inRange: { color: ['#181b1f', '#7f3b08', '#e08214', '#fee0b6'] },
    },
    series: [{ type: 'heatmap', data: cells }],
  };
}

/** The upper bound of a bucket. */
function boundOf({ labels: { le } }: Series): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}
