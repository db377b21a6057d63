/** The plots of growth, as SVG. */
import * as echarts from 'echarts';
import type { Curve } from './result.ts';

const WIDTH = 860;
const HEIGHT = 340;
const COLORS = ['#0969da', '#bf3989', '#1a7f37'];

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly left: number;
  readonly right: number;
  readonly height: (point: Curve['points'][number]) => number;
}

const PANELS: readonly Panel[] = [
  { title: 'time', unit: 'ms', left: 70, right: WIDTH / 2 + 30, height: ({ ms }) => ms },
  {
    title: 'peak memory',
    unit: 'MB',
    left: WIDTH / 2 + 70,
    right: 30,
    height: ({ peakMb }) => peakMb,
  },
];

/** Draws curves of one section: their times, and their peaks of memory. */
export function plot(curves: readonly Curve[]): string {
  const chart = echarts.init(null, null, {
    renderer: 'svg',
    ssr: true,
    width: WIDTH,
    height: HEIGHT,
  });
  const of = curves[0]?.of ?? '';
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLORS,
    legend: { bottom: 0, data: curves.map(({ name }) => name) },
    title: PANELS.map(({ title, unit, left }) => ({
      text: `${title}, ${unit}`,
      left,
      top: 4,
      textStyle: { fontSize: 13 },
    })),
    grid: PANELS.map(({ left, right }) => ({ left, right, top: 40, bottom: 80 })),
    xAxis: PANELS.map((_, gridIndex) => ({
      ...logarithmic(curves.flatMap(({ points }) => points.map(({ size }) => size))),
      gridIndex,
      name: of,
      nameLocation: 'middle',
      nameGap: 28,
    })),
    yAxis: PANELS.map(({ height }, gridIndex) => ({
      ...logarithmic(curves.flatMap(({ points }) => points.map(height))),
      gridIndex,
    })),
    series: PANELS.flatMap(({ height }, index) =>
      curves.map(({ name, points }) => ({
        name,
        type: 'line',
        xAxisIndex: index,
        yAxisIndex: index,
        symbolSize: 7,
        data: points.map((point) => [point.size, height(point)]),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  // Its identifiers count the charts of the process.
  return `${svg.replaceAll(/zr\d+-/g, 'zr-')}\n`;
}

/** From the power of ten below the lowest value to the one above the highest. */
function logarithmic(values: readonly number[]) {
  const power = (value: number, round: (exponent: number) => number) =>
    10 ** round(Math.log10(Math.max(value, 0.1)));
  return {
    type: 'log',
    min: power(Math.min(...values), Math.floor),
    max: power(Math.max(...values), Math.ceil),
    axisLabel: { formatter: (value: number) => value.toLocaleString('en-US') },
  } as const;
}
