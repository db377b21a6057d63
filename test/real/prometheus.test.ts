/** A real Prometheus scrapes the built service, and promtool checks what it shows and the alert rules. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { makeAuthority } from '../shared/node/upstreams/certificates.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { startProcess } from '../support/processes.ts';
import { freePort } from './free-port.ts';
import { promtool, startPrometheus } from './prometheus/prometheus.ts';

const DEPLOY = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));
const TOKEN = 'token-of-prometheus';
const CERTIFICATE_DAYS = 30;

/** Gauges of prom-client. Other programs on Node have these names too, and dashboards depend on them. */
const COMPLAINTS = ['handles', 'requests', 'resources'].map(
  (what) => `nodejs_active_${what}_total non-counter metrics should not have "_total" suffix`,
);

const JOBS = ['image-api', 'text'];
/** What each job has. */
const SHOWN = [
  'image_api_node_up == 1',
  'image_api_node_images > 0',
  'image_api_node_containers > 0',
  'image_api_node_reading_age_seconds < 60',
  'image_api_drift_images{status="gone"} > 0',
  'image_api_source_up{source="harbor_credentials"} == 1',
  'image_api_journal_writable == 1',
  'image_api_deletions_total{outcome="unknown"} == 0',
  'time() - image_api_metrics_refresh_timestamp_seconds{part="certificate"} < 60',
  'process_cpu_seconds_total > 0',
];

/** A service with a Harbor over https, whose images on the node are gone. */
async function startService() {
  const standIn = createHarborStandIn({
    registry: keptRegistry([{ name: 'library', repositories: {} }], 'admin'),
  });
  const authority = makeAuthority();
  const certificate = authority.sign('IP:127.0.0.1', CERTIFICATE_DAYS);
  const harbor = createTlsServer(certificate, standIn.handler);
  await new Promise<void>((resolve) => harbor.listen(0, '127.0.0.1', resolve));
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => {
    harbor.closeAllConnections();
    harbor.close();
    crictl.cleanup();
  });
  const app_port = await freePort();
  const running = startProcess('single', {
    config: {
      app_config: { app_port, read_token: { prometheus: TOKEN } },
      harbor_config: {
        harbor_host: `https://127.0.0.1:${(harbor.address() as AddressInfo).port}`,
        ...LOGIN,
        ca_file: authority.caFile,
        registry_aliases: ['127.0.0.1:5050'],
      },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      bridge_config: { node_name: 'node-1' },
      delete_config: { journal_file: join(testFolder(), 'journal.jsonl') },
      metrics_config: { refresh_ms: 1000 },
    },
  });
  await running.listening;
  const scrape = (accept: string, authorization = `Bearer ${TOKEN}`) =>
    fetch(`http://127.0.0.1:${app_port}/metrics`, { headers: { accept, authorization } });
  return { scrape };
}

/** Passes scrapes on, with another `Accept` if it is given one; `types` are those of the answers. */
async function startRelay(
  scrape: (accept: string, authorization?: string) => Promise<Response>,
  accept?: string,
) {
  const types = new Set<string | null>();
  const server = createServer(async (req, res) => {
    const answer = await scrape(accept ?? req.headers.accept ?? '', req.headers.authorization);
    const type = answer.headers.get('content-type') ?? '';
    types.add(type.split(';')[0] ?? null);
    res.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, types };
}

/** The example of a job for the target, and the same job for another one. */
function configurationFor(target: string, other: string): string {
  const token = join(testFolder(), 'token');
  writeFileSync(token, TOKEN);
  const example = readFileSync(join(DEPLOY, 'scrape.yml'), 'utf8')
    .replace('/etc/prometheus/image-api/rules.yml', join(DEPLOY, 'rules.yml'))
    .replace('/etc/prometheus/image-api/token', token)
    .replace('scrape_interval: 30s', 'scrape_interval: 1s')
    .replace('127.0.0.1:5000', target);
  const [, job = ''] = example.split('scrape_configs:');
  const second = job.replace('job_name: image-api', 'job_name: text').replace(target, other);
  return `global:\n  evaluation_interval: 1s\n${example}${second}`;
}

describe('a real Prometheus', () => {
  it('scrapes the service in both formats, and has its values', async () => {
    const { scrape } = await startService();
    const open = await startRelay(scrape);
    const text = await startRelay(scrape, 'text/plain');
    const prometheus = await startPrometheus(configurationFor(open.address, text.address));
    const values = async (expression: string) =>
      Object.fromEntries(
        (await prometheus.query(expression)).map(({ labels, value }) => [labels['job'], value]),
      );

    await eventually(async () => expect(await values('up')).toEqual({ 'image-api': 1, text: 1 }));
    const gone = 'image_api_running_images_gone{node="node-1"}';
    await eventually(async () =>
      expect(await values(`${gone} > 0`)).toHaveProperty('text', expect.any(Number)),
    );
    expect(open.types).toEqual(new Set(['application/openmetrics-text']));
    expect(text.types).toEqual(new Set(['text/plain']));
    await Promise.all(
      SHOWN.map((expression) =>
        eventually(async () =>
          expect(Object.keys(await values(expression)).toSorted(), expression).toEqual(JOBS),
        ),
      ),
    );
    const expiry = await values('image_api_harbor_certificate_expiry_timestamp_seconds - time()');
    expect(Math.round((expiry['text'] ?? 0) / 86_400)).toBe(CERTIFICATE_DAYS);

    const { data } = await prometheus.api<{
      data: { groups: { rules: { name: string; health: string }[] }[] };
    }>('rules');
    const health = data.groups.flatMap(({ rules }) => rules.map((rule) => rule.health));
    expect(new Set(health)).toEqual(new Set(['ok']));
    expect(health.length).toBeGreaterThan(7);
  });

  it('is refused with another token', async () => {
    const { scrape } = await startService();
    const wrong = await startRelay((accept) => scrape(accept, 'Bearer wrong'));
    const prometheus = await startPrometheus(configurationFor(wrong.address, wrong.address));
    await eventually(async () => {
      const up = await prometheus.query('up');
      expect(up.map(({ value }) => value)).toEqual([0, 0]);
    });
  });
});

describe('promtool', () => {
  it('complains about no metric of the service', async () => {
    const { scrape } = await startService();
    const shown = await eventually(async () => {
      const text = await (await scrape('text/plain')).text();
      expect(text).toContain('image_api_drift_images{');
      expect(text).toContain('image_api_harbor_certificate_expiry_timestamp_seconds ');
      return text;
    });
    const { output } = await promtool(['check', 'metrics'], { input: shown });
    const complaints = output.split('\n').filter((line) => line !== '');
    expect(complaints.toSorted()).toEqual(COMPLAINTS);
  });

  it('accepts the rules and the example of a job', async () => {
    const rules = await promtool(['check', 'rules', 'rules.yml'], { cwd: DEPLOY });
    const job = await promtool(['check', 'config', '--syntax-only', 'scrape.yml'], { cwd: DEPLOY });
    expect([rules.code, job.code], rules.output + job.output).toEqual([0, 0]);
  });

  it('sees each alert fire, and not fire, as rules.test.yml says', async () => {
    const { code, output } = await promtool(['test', 'rules', 'rules.test.yml'], { cwd: DEPLOY });
    expect(code, output).toBe(0);
  });
});
