/** The dashboard: rows of panels, and the variables that they use. */
import type { Row } from './panel.ts';
import { deletionsRow } from './rows/deletions-row.ts';
import { hostRow } from './rows/host-row.ts';
import { nodesRow } from './rows/nodes-row.ts';
import { overviewRow } from './rows/overview-row.ts';
import { processRow } from './rows/process-row.ts';
import { requestsRow } from './rows/requests-row.ts';
import { upstreamsRow } from './rows/upstreams-row.ts';
import { webhooksRow } from './rows/webhooks-row.ts';

const COLUMNS = 24;

/** The document that Grafana imports. */
export function dashboardDocument() {
  return {
    uid: 'image-api',
    title: 'Image API',
    description:
      'Nodes, drift, requests, upstreams, deletions and webhooks of Image API. The metrics are described in docs/metrics.md.',
    tags: ['image-api'],
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    schemaVersion: 39,
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    annotations: { list: [] },
    links: [],
    templating: { list: [datasourceVariable(), ...labelVariables()] },
    panels: laidOut([
      overviewRow(),
      nodesRow(),
      requestsRow(),
      upstreamsRow(),
      hostRow(),
      deletionsRow(),
      webhooksRow(),
      processRow(),
    ]),
  };
}

/** Places panels from left to right, and rows below each other. */
function laidOut(rows: readonly Row[]): unknown[] {
  const placed: unknown[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const id = placed.length + 1;
    placed.push({
      id,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const { width, height, json } of panels) {
      if (x + width > COLUMNS) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      placed.push({ id: placed.length + 1, gridPos: { x, y, w: width, h: height }, ...json });
      x += width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return placed;
}

function datasourceVariable() {
  return {
    type: 'datasource',
    name: 'datasource',
    label: 'Prometheus',
    query: 'prometheus',
    hide: 0,
    includeAll: false,
    multi: false,
    refresh: 1,
    regex: '',
  };
}

function labelVariables() {
  const datasource = { type: 'prometheus', uid: '$datasource' };
  const all = { text: 'All', value: '$__all' };
  const variable = (name: string, label: string, query: string) => ({
    type: 'query',
    name,
    label,
    datasource,
    definition: query,
    query: { query, refId: 'A' },
    allValue: '.*',
    current: all,
    hide: 0,
    includeAll: true,
    multi: true,
    refresh: 2,
    regex: '',
    sort: 1,
  });
  return [
    variable('job', 'Job', 'label_values(image_api_build_info, job)'),
    variable('node', 'Node', 'label_values(image_api_node_up{job=~"$job"}, node)'),
  ];
}
