/** The names in deploy/prometheus/ and docs/metrics.md; test/real/prometheus.test.ts runs the rules. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');
const RULES = read('deploy/prometheus/rules.yml');
const TESTS = read('deploy/prometheus/rules.test.yml');
const DOCS = read('docs/metrics.md');
const alerts = [...RULES.matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = '']) => name);

/** The names of metrics in a text, without the suffixes of a histogram's series. */
function metricNames(text: string): string[] {
  const names = [...text.matchAll(/\bimage_api_[a-z_]+\b/g)].map(([name]) => name);
  return [
    ...new Set(
      names.map((name) => name.replace(/_(seconds|per_answer)_(?:bucket|sum|count)$/, '_$1')),
    ),
  ];
}

/** test/docs.test.ts compares this table with what the service shows. */
const documented = [...DOCS.matchAll(/^\| `(image_api_\w+)` \|/gm)].map(([, name = '']) => name);

describe('every metric exists that', () => {
  it.each([
    ['the alert rules name', 'deploy/prometheus/rules.yml'],
    ['their tests name', 'deploy/prometheus/rules.test.yml'],
    ['the dashboard names', 'deploy/grafana/dashboard.json'],
  ])('%s', (_, path) => {
    const text = existsSync(root + path) ? read(path) : '';
    expect(metricNames(text).filter((name) => !documented.includes(name))).toEqual([]);
  });
});

describe('each alert', () => {
  it('has a section in docs/metrics.md, which its annotation names', () => {
    const sections = [...DOCS.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts);
    const runbooks = [...RULES.matchAll(/^ +runbook: (\S+)$/gm)].map(([, link]) => link);
    expect(runbooks).toEqual(alerts.map((name) => `docs/metrics.md#${name.toLowerCase()}`));
  });

  it('has a severity, a summary and a description', () => {
    const blocks = RULES.split('- alert: ').slice(1);
    const lacking = blocks.filter(
      (block) => !/severity: \w+.*summary: .+description: >-\n +\S/s.test(block),
    );
    expect(lacking).toEqual([]);
  });

  it('has a test of firing and of not firing', () => {
    const cases = TESTS.split('- eval_time: ').slice(1);
    const named = (isFiring: boolean) => {
      const own = cases.filter((text) => text.includes('exp_alerts:') === isFiring);
      return own.map((text) => /alertname: (\w+)/.exec(text)?.[1]);
    };
    expect(alerts.filter((name) => !named(true).includes(name))).toEqual([]);
    expect(alerts.filter((name) => !named(false).includes(name))).toEqual([]);
  });
});
