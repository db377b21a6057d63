import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProcessMetrics } from '../../shared/node/metrics/process-metrics.ts';
import { testFolder } from '../support/folder.ts';
import { needs } from '../support/needs.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly { readonly expr: string }[];
}

const FILE = fileURLToPath(new URL('../../deploy/grafana/dashboard.json', import.meta.url));
const CHECKER = fileURLToPath(new URL('grafana', import.meta.url));
const LONG_MS = 300_000; // the first time, Go downloads and compiles the types of Grafana

const dashboard = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly panels: readonly Panel[] };
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
/** The queries, with the variables replaced as Grafana does. */
const expressions = panels
  .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  .map((expr) =>
    expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '6h').replace(/\$\w+/g, '.*'),
  );

const runs = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Decodes a dashboard with the types of Grafana. @returns what is wrong */
function refusalOf(file: string): string {
  const { status, stderr } = spawnSync('go', ['run', '.', file], {
    cwd: CHECKER,
    encoding: 'utf8',
  });
  return status === 0 ? '' : stderr;
}

describe('deploy/grafana/dashboard.json', () => {
  it(
    'has only members that Grafana has, of the right types',
    (context) => {
      needs(context, 'Go', runs('go', ['version']));
      expect(refusalOf(FILE)).toBe('');
      const broken = join(testFolder(), 'broken.json');
      writeFileSync(broken, readFileSync(FILE, 'utf8').replace('"colorMode"', '"colourMode"'));
      expect(refusalOf(broken)).toContain("unexpected field 'colourMode'");
    },
    LONG_MS,
  );

  it('has queries that Prometheus parses', (context) => {
    needs(context, 'promtool', runs('promtool', ['--version']));
    const rules = expressions.map((expr, index) => ({ record: `query:${index}`, expr }));
    const file = join(testFolder(), 'rules.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const checked = execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    expect(checked).toContain(`${expressions.length} rules found`);
  });

  it('names only metrics that the service has', async () => {
    const metrics = createProcessMetrics();
    metrics.fleet.show(() => ({ nodes: [], certificateExpiresAtMs: null, refreshes: [] }));
    metrics.fleet.showSources(() => []);
    metrics.fleet.refreshFailed('nodes');
    const { body } = await metrics.exposition('text');
    const types = [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
    const known = types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((end) => `${name}_${end}`) : [name],
    );
    const named = expressions.flatMap(
      (expr) => expr.match(/\b(?:image_api|process|nodejs)_\w+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('says of each panel what it means', () => {
    const silent = panels.filter(({ description = '' }) => !/^[A-Z`].{15,}\.$/.test(description));
    expect(silent.map(({ title }) => title)).toEqual([]);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it('has panels that do not overlap', () => {
    const overlaps = dashboard.panels.flatMap((one, index) =>
      dashboard.panels.slice(index + 1).filter(({ gridPos: other }) => {
        const { x, y, w, h } = one.gridPos;
        const isBeside = x + w <= other.x || other.x + other.w <= x;
        const isAbove = y + h <= other.y || other.y + other.h <= y;
        return !isBeside && !isAbove;
      }),
    );
    expect(overlaps.map(({ title }) => title)).toEqual([]);
  });
});
