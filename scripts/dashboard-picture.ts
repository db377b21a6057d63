/**
 * Draws the first rows of deploy/grafana/dashboard.json from a Prometheus that scrapes the service, for
 * docs/images/grafana.png: `node --import tsx scripts/dashboard-picture.ts http://127.0.0.1:9090 FILE [minutes]`.
 * Not Grafana's own picture: its queries and layout with another library.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { COLORS, type DrawnPanel, drawChart, type Series, withUnit } from './dashboard/chart.ts';

interface Panel extends DrawnPanel {
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** What Prometheus answers for a range. */
interface RangeAnswer {
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Record<string, string>;
      readonly values: readonly (readonly [timeS: number, value: string])[];
    }[];
  };
}

const [prometheus = '', file = '', minutes = '20'] = process.argv.slice(2);
const RANGE_S = Number(minutes) * 60;
const STEP_S = 10;
const COLUMN_PX = 1600 / 24;
const LINE_PX = 34;
const TITLE_PX = 30;
/** Overview, nodes and requests. */
const ROWS = 3;

const source = new URL('../deploy/grafana/dashboard.json', import.meta.url);
const { panels } = JSON.parse(readFileSync(source, 'utf8')) as {
  readonly panels: readonly Panel[];
};
const end =
  panels.filter(({ type }) => type === 'row')[ROWS]?.gridPos.y ?? Number.POSITIVE_INFINITY;
const nowS = Math.floor(Date.now() / 1000);

async function seriesOf(expr: string, legend: string): Promise<Series[]> {
  const query = expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$__range', `${RANGE_S}s`)
    .replace(/\$\w+/g, '.*');
  const url = new URL('/api/v1/query_range', prometheus);
  const range = { start: nowS - RANGE_S, end: nowS, step: STEP_S };
  for (const [name, value] of Object.entries({ query, ...range }))
    url.searchParams.set(name, String(value));
  const { data, error } = (await (await fetch(url)).json()) as RangeAnswer;
  if (error !== undefined) throw new Error(`${expr}: ${error}`);
  return data.result.map(({ metric, values }) => ({
    name: legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''),
    labels: metric,
    points: values
      .map(([at, value]): [number, number] => [at * 1000, Number(value)])
      .filter(([, value]) => Number.isFinite(value)),
  }));
}

const latest = ({ points }: Series) => points.at(-1)?.[1];

function drawStat({ fieldConfig }: Panel, [series]: readonly Series[]): string {
  const { unit, thresholds, mappings, noValue = '' } = fieldConfig.defaults;
  const value = series === undefined ? undefined : latest(series);
  if (value === undefined) return `<div class="stat">${noValue}</div>`;
  const step = thresholds.steps.findLast((one) => one.value === null || value >= one.value);
  const text = mappings?.[0]?.options[String(value)]?.text ?? withUnit(value, unit);
  return `<div class="stat" style="background:${COLORS[step?.color ?? '']}">${text}</div>`;
}

function drawTable({ fieldConfig }: Panel, columns: readonly (readonly Series[])[]): string {
  const names = [...new Set(columns.flat().map(({ labels }) => labels['node'] ?? ''))].toSorted();
  const headings = fieldConfig.overrides.map(({ matcher }) => matcher.options);
  const units = fieldConfig.overrides.map(({ properties }) =>
    String(properties.find(({ id }) => id === 'unit')?.value ?? ''),
  );
  const cell = (name: string, index: number) => {
    const found = columns[index]?.find(({ labels }) => labels['node'] === name);
    const value = found && latest(found);
    return `<td>${value === undefined ? '' : withUnit(value, units[index] ?? '')}</td>`;
  };
  const rows = names.map(
    (name) => `<tr><th>${name}</th>${columns.map((_, index) => cell(name, index)).join('')}</tr>`,
  );
  return `<table><tr><th>node</th>${headings.map((text) => `<th>${text}</th>`).join('')}</tr>${rows.join('')}</table>`;
}

async function draw(panel: Panel): Promise<string> {
  const { x, y, w, h } = panel.gridPos;
  const size = { width: Math.round(w * COLUMN_PX) - 8, height: h * LINE_PX - 8 };
  const place = `left:${x * COLUMN_PX}px;top:${y * LINE_PX}px;width:${size.width}px;height:${size.height}px`;
  if (panel.type === 'row') return `<h2 style="${place}">${panel.title}</h2>`;
  const { targets = [] } = panel;
  const found = await Promise.all(
    targets.map(({ expr, legendFormat }) => seriesOf(expr, legendFormat)),
  );
  const body =
    panel.type === 'stat'
      ? drawStat(panel, found.flat())
      : panel.type === 'table'
        ? drawTable(panel, found)
        : drawChart(panel, found.flat(), { width: size.width, height: size.height - TITLE_PX });
  return `<section style="${place}"><h3>${panel.title}</h3>${body}</section>`;
}

const shown = panels.filter(({ gridPos }) => gridPos.y < end);
const style = `body{margin:0;background:#111217;color:#ccccdc;font:13px "DejaVu Sans",sans-serif;position:relative}
section,h2{position:absolute;box-sizing:border-box;margin:4px;overflow:hidden}section{background:#181b1f;border:1px solid #2c3235;border-radius:3px}
h2{font-size:15px;line-height:24px}h3{font-size:13px;font-weight:600;margin:0;padding:7px 10px;height:16px}
.stat{display:grid;place-items:center;height:calc(100% - 30px);font-size:30px;color:#fff}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:7px 10px;border-bottom:1px solid #2c3235;font-weight:400}`;
const html = `<!doctype html><style>${style}</style>${(await Promise.all(shown.map(draw))).join('')}`;

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1608, height: end * LINE_PX + 8 } });
await page.setContent(html);
writeFileSync(file, await page.screenshot());
process.exit(); // ends Chromium too, which can take minutes to close by itself
