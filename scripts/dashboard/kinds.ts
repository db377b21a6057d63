/** The kinds of panels that show series. */
import { type Panel, panel, type Shown } from './panel.ts';

/** One value of now, coloured by its thresholds. */
export function stat(
  shown: Shown & {
    /** Texts instead of values. */
    readonly texts?: Readonly<Record<string, string>>;
    readonly noValue?: string;
  },
): Panel {
  const { texts, noValue = '–' } = shown;
  const mappings =
    texts === undefined
      ? []
      : [
          {
            type: 'value',
            options: Object.fromEntries(
              Object.entries(texts).map(([value, text], index) => [value, { text, index }]),
            ),
          },
        ];
  return panel('stat', shown, {
    height: 4,
    instant: true,
    defaults: { color: { mode: 'thresholds' }, mappings, noValue },
    options: {
      colorMode: 'background',
      graphMode: 'none',
      justifyMode: 'auto',
      orientation: 'auto',
      percentChangeColorMode: 'standard',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      showPercentChange: false,
      textMode: 'value',
      wideLayout: true,
    },
  });
}

/** Lines over time. */
export function lines(
  shown: Shown & {
    readonly stacked?: boolean;
    /** Colours of series by their name. */
    readonly colors?: Readonly<Record<string, string>>;
    readonly max?: number;
  },
): Panel {
  const { stacked = false, colors = {}, max } = shown;
  return panel('timeseries', shown, {
    height: 8,
    defaults: {
      color: { mode: 'palette-classic' },
      custom: {
        drawStyle: 'line',
        fillOpacity: stacked ? 40 : 8,
        lineWidth: 1,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: shown.thresholds === undefined ? 'off' : 'dashed' },
      },
      min: 0,
      ...(max !== undefined && { max }),
    },
    overrides: Object.entries(colors).map(([name, fixedColor]) => ({
      matcher: { id: 'byName', options: name },
      properties: [{ id: 'color', value: { mode: 'fixed', fixedColor } }],
    })),
    options: {
      legend: {
        calcs: ['max', 'lastNotNull'],
        displayMode: 'table',
        placement: 'bottom',
        showLegend: true,
      },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  });
}

/** A band for each series, with a colour for each state. */
export function states(
  shown: Shown & {
    readonly texts: Readonly<Record<string, readonly [text: string, color: string]>>;
  },
): Panel {
  const options = Object.fromEntries(
    Object.entries(shown.texts).map(([value, [text, color]], index) => [
      value,
      { text, color, index },
    ]),
  );
  return panel('state-timeline', shown, {
    height: 8,
    defaults: {
      color: { mode: 'thresholds' },
      custom: { fillOpacity: 80, lineWidth: 0 },
      mappings: [{ type: 'value', options }],
    },
    options: {
      alignValue: 'left',
      legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: false },
      mergeValues: true,
      rowHeight: 0.9,
      showValue: 'auto',
      tooltip: { mode: 'single', sort: 'none' },
    },
  });
}

/** The buckets of a histogram over time. */
export function heatmap(shown: Shown): Panel {
  return panel('heatmap', shown, {
    height: 8,
    format: 'heatmap',
    defaults: { custom: { hideFrom: { legend: false, tooltip: false, viz: false } } },
    options: {
      calculate: false,
      cellGap: 1,
      color: {
        mode: 'scheme',
        scheme: 'Oranges',
        steps: 64,
        exponent: 0.5,
        fill: 'dark-orange',
        reverse: false,
      },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', showColorScale: false, yHistogram: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit: shown.unit },
    },
  });
}
