import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import { trivialServices } from '../../../../shared/http/trivial-services.ts';
import { startFleetRefresh } from '../../../../shared/node/metrics/fleet/fleet-refresh.ts';
import type { Nodes } from '../../../../shared/ports/nodes.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { digest, HARBOR, NODES } from '../../../support/drifted-images.ts';
import { eventually } from '../../../support/eventually.ts';
import { scrape } from '../../../support/exposition.ts';
import { memoryLog } from '../../../support/log.ts';
import { nodesOf } from '../../../support/nodes.ts';
import { createService, type ServiceOptions } from '../../../support/service.ts';

const HOUR_MS = 3_600_000;
const IMAGES = {
  images: [{ id: digest('1'), repoTags: [`${HARBOR}/shop/web:v1`], repoDigests: [], size: '7' }],
};
const CRICTL = {
  images: { stdout: JSON.stringify(IMAGES) },
  ps: { stdout: JSON.stringify({ containers: [] }) },
  other: { stdout: '{}' },
};
const HARBOR_CONFIG = {
  harbor_host: `http://${HARBOR}`,
  harbor_username: 'admin',
  harbor_password: 'secret',
};

interface Options extends Omit<ServiceOptions, 'harbor'> {
  readonly faults?: Faults;
}

function service(refresh_ms: number, { faults, ...options }: Options = {}) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [{ name: 'shop', repositories: { web: [{ digest: digest('1'), tags: ['v1'] }] } }],
  });
  const running = createService({
    refreshing: true,
    ...options,
    harbor: { registry, ...(faults && { faults }) },
    config: { harbor_config: HARBOR_CONFIG, metrics_config: { refresh_ms }, ...options.config },
  });
  const calls = () => [running.crictl?.calls().length ?? 0, running.standIn?.calls.length ?? 0];
  const part = async (name: string, what = 'timestamp_seconds') => {
    const key = `metrics_refresh_${what}{part="${name}"}`;
    return (await scrape(running.get, 'metrics_refresh'))[key];
  };
  return { ...running, calls, part };
}

/** Nodes whose reading ends when the test says so. */
function slowNodes() {
  const nodes = nodesOf(NODES);
  let now = 0;
  let most = 0;
  let release = () => undefined;
  const released = new Promise<void>((resolve) => (release = () => void resolve()));
  const signals: AbortSignal[] = [];
  const read: Nodes['read'] = async (options) => {
    now += 1;
    most = Math.max(most, now);
    const signal = options.signal?.();
    if (signal !== undefined) signals.push(signal);
    await Promise.race([
      released,
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    ]);
    now -= 1;
    return nodes.read(options);
  };
  return { nodes: { ...nodes, read }, signals, most: () => most, release: () => release() };
}

describe('the refresh of the metrics', () => {
  it('is not started by a scrape, nor does one wait for it', async () => {
    const { calls, part, get } = service(HOUR_MS, { crictl: CRICTL });
    await eventually(async () => expect(await part('drift')).toBeGreaterThan(0));
    const before = calls();
    expect(before[0]).toBeGreaterThan(0);
    expect(before[1]).toBeGreaterThan(0);
    await Promise.all(Array.from({ length: 50 }, () => get('/metrics')));
    expect(calls()).toEqual(before);
  });

  it('answers a scrape while a reading hangs', async () => {
    const { nodes, signals } = slowNodes();
    const { part } = service(10, { nodes });
    await eventually(() => expect(signals).toHaveLength(1));
    expect(await part('nodes')).toBeUndefined();
  });

  it('reads the nodes once for their figures and their drift', async () => {
    const nodes = nodesOf(NODES);
    const { part } = service(HOUR_MS, { nodes });
    await eventually(async () => expect(await part('drift')).toBeGreaterThan(0));
    expect(nodes.reads).toEqual([
      {
        allowStale: true,
        requestId: expect.any(String),
        signal: expect.any(Function),
        calls: expect.anything(),
      },
    ]);
  });

  it('shares what it reads with requests', async () => {
    const { calls, part, get } = service(HOUR_MS, {
      crictl: CRICTL,
      config: { nodes_config: { max_age_ms: HOUR_MS } },
    });
    await eventually(async () => expect(await part('drift')).toBeGreaterThan(0));
    const [runs, harborCalls = 0] = calls();
    expect([(await get('/nodes')).status, (await get('/drift')).status]).toEqual([200, 200]);
    // GET /drift asks Harbor only whether it accepts the credentials.
    expect(calls()).toEqual([runs, harborCalls + 1]);
  });

  it('reads a part only when its last reading has ended', async () => {
    const slow = slowNodes();
    const { part } = service(1, { nodes: slow.nodes });
    await eventually(() => expect(slow.signals).toHaveLength(1));
    await pause(100);
    expect(slow.signals).toHaveLength(1);
    slow.release();
    await eventually(async () => expect(await part('nodes')).toBeGreaterThan(0));
    await eventually(() => expect(slow.signals.length).toBeGreaterThan(3));
    expect(slow.most()).toBe(1);
  });

  it('goes on with the nodes while Harbor hangs', async () => {
    const nodes = nodesOf(NODES);
    const { part } = service(10, { nodes, faults: () => ({ hang: true }) });
    await eventually(() => expect(nodes.reads.length).toBeGreaterThan(5));
    expect(await part('nodes')).toBeGreaterThan(0);
    expect(await part('drift')).toBeUndefined();
  });

  it('ends with the process, in the middle of a reading too, which is no failure', async () => {
    const { nodes, signals } = slowNodes();
    const { close, log, part } = service(1, { nodes });
    await eventually(() => expect(signals).toHaveLength(1));
    await close();
    expect(signals[0]?.aborted).toBe(true);
    expect(await part('nodes', 'failures_total')).toBe(0);
    expect(log.filter(({ msg }) => String(msg).includes('refreshed'))).toEqual([]);
    await pause(50);
    expect(signals).toHaveLength(1);
  });

  it('is off with refresh_ms 0', async () => {
    const { get } = service(0, { crictl: CRICTL });
    const text = await (await get('/metrics')).text();
    expect(text).toContain('image_api_build_info');
    expect(text).not.toMatch(/image_api_(node_up|drift_images|metrics_refresh)/);
  });

  it('reads no nodes where none are configured', async () => {
    const nodes = { ...nodesOf({}), configured: false };
    const configuration = configurationOf({ metrics_config: { refresh_ms: 1 } });
    const services = { ...trivialServices(configuration, memoryLog().logger), nodes };
    const { stop } = startFleetRefresh({ services, readCertificate: null });
    onTestFinished(stop);
    await pause(100);
    expect(nodes.reads).toEqual([]);
  });
});

describe('image_api_source_up', () => {
  const sources = async (get: (path: string) => Promise<Response>) => scrape(get, 'source_up');

  it('is 1 for each source whose last check succeeded', async () => {
    const { get } = service(0, { crictl: CRICTL, watching: true });
    await eventually(async () =>
      expect(await sources(get)).toEqual({
        'source_up{source="crictl"}': 1,
        'source_up{source="harbor"}': 1,
        'source_up{source="harbor_credentials"}': 1,
      }),
    );
  });

  it('is 0 for credentials that Harbor refuses', async () => {
    const { get } = service(0, {
      watching: true,
      config: { harbor_config: { ...HARBOR_CONFIG, harbor_password: 'wrong' } },
    });
    await eventually(async () =>
      expect(await sources(get)).toMatchObject({
        'source_up{source="harbor"}': 1,
        'source_up{source="harbor_credentials"}': 0,
      }),
    );
  });

  it('says nothing about credentials while Harbor is down', async () => {
    const { get } = service(0, {
      watching: true,
      crictl: CRICTL,
      faults: () => ({ cut: 'before-answer' }),
    });
    await eventually(async () =>
      expect(await sources(get)).toEqual({
        'source_up{source="crictl"}': 1,
        'source_up{source="harbor"}': 0,
      }),
    );
  });

  it('has no source that is not configured', async () => {
    const { get } = service(0, {
      watching: true,
      crictl: CRICTL,
      config: { harbor_config: { harbor_host: '' } },
    });
    await eventually(async () =>
      expect(await sources(get)).toEqual({ 'source_up{source="crictl"}': 1 }),
    );
  });
});
