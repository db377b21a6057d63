import { describe, expect, it, onTestFinished } from 'vitest';
import { nginxError } from '../../../../demo/harbor/answer.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../../../demo/harbor/stand-in.ts';
import { trivialServices } from '../../../../shared/http/trivial-services.ts';
import { startFleetRefresh } from '../../../../shared/node/metrics/fleet/fleet-refresh.ts';
import { createProcessMetrics } from '../../../../shared/node/metrics/process-metrics.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { GONE, HARBOR, MOVED, NGINX, SHOP, SYNCED } from '../../../support/drifted-images.ts';
import { eventually } from '../../../support/eventually.ts';
import { scrape } from '../../../support/exposition.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { memoryLog } from '../../../support/log.ts';
import { type NodesByName, nodesOf, unreachable } from '../../../support/nodes.ts';
import { createService } from '../../../support/service.ts';

const uses = (image: { readonly id: string }, state = 'CONTAINER_RUNNING') =>
  containerRow({ name: 'app', image_ref: image.id, pod: 'web', namespace: 'shop', state });

interface Options {
  readonly harbor?: Partial<HarborStandInOptions>;
  readonly metrics?: object;
  readonly harborConfig?: object;
}

/** A service that refreshes all the time; the nodes can be changed while it does. */
function service(byName: NodesByName, options: Options = {}) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [SHOP],
  });
  const running = createService({
    nodes: nodesOf(byName),
    harbor: { registry, ...options.harbor },
    refreshing: true,
    config: {
      harbor_config: {
        harbor_host: `http://${HARBOR}`,
        harbor_username: 'admin',
        harbor_password: 'secret',
        ...options.harborConfig,
      },
      nodes_config: { max_age_ms: 0 },
      metrics_config: { refresh_ms: 20, ...options.metrics },
    },
  });
  return { ...running, shown: (...names: string[]) => scrape(running.get, ...names) };
}

const TWO_NODES = (): NodesByName => ({
  a: {
    images: [SYNCED, GONE, NGINX],
    containers: [uses(GONE), uses(GONE), uses(SYNCED, 'CONTAINER_EXITED')],
  },
  b: { images: [SYNCED, MOVED], containers: [uses(MOVED)] },
});

describe('the gauges of a node', () => {
  it('have the figures of GET /nodes, and the age of the reading', async () => {
    const used = imageRow({ id: '1'.repeat(64), size_bytes: 100 });
    const unused = imageRow({ id: '2'.repeat(64), size_bytes: 20 });
    const { shown } = service({ a: { images: [used, unused], containers: [uses(used)] } });
    await eventually(async () =>
      expect(await shown('node_')).toEqual({
        'node_up{node="a"}': 1,
        'node_reading_age_seconds{node="a"}': expect.any(Number),
        'node_images{node="a"}': 2,
        'node_images_bytes{node="a"}': 120,
        'node_reclaimable_bytes{node="a"}': 20,
        'node_containers{node="a"}': 1,
      }),
    );
  });

  it('are only image_api_node_up 0 of a node that cannot be read', async () => {
    const ambiguous = ['/run/a.sock', '/run/b.sock'];
    const { shown } = service({ a: unreachable('a'), b: { images: [GONE], ambiguous } });
    await eventually(async () =>
      expect(await shown('node_', 'drift_', 'running_')).toEqual({
        'node_up{node="a"}': 0,
        'node_up{node="b"}': 0,
      }),
    );
  });

  it('are those of the earlier reading, with its age, of a stale node', async () => {
    const { shown } = service({ a: { stale: { images: [SYNCED] } } });
    await eventually(async () =>
      expect(await shown('node_up', 'node_images{', 'node_reading_age')).toEqual({
        'node_up{node="a"}': 0,
        'node_images{node="a"}': 1,
        'node_reading_age_seconds{node="a"}': expect.closeTo(12, 0),
      }),
    );
  });

  it('leave out a reading that is too old to show', async () => {
    const stale = { a: { stale: { images: [SYNCED] } } };
    const { shown } = service(stale, { metrics: { max_age_ms: 11_000 } });
    await eventually(async () =>
      expect(await shown('node_', 'drift_')).toEqual({ 'node_up{node="a"}': 0 }),
    );
  });

  it('leave out a figure that is not known', async () => {
    const sizeless = imageRow({ id: '1'.repeat(64), size_bytes: null });
    const { shown } = service({ a: { images: [sizeless] } });
    await eventually(async () =>
      expect(await shown('node_images', 'node_recl', 'node_up')).toEqual({
        'node_up{node="a"}': 1,
        'node_images{node="a"}': 1,
      }),
    );
  });

  it('go with the node', async () => {
    const nodes = TWO_NODES();
    const { shown } = service(nodes);
    await eventually(async () =>
      expect(await shown('drift_images')).toHaveProperty('drift_images{node="b",status="gone"}', 0),
    );
    delete nodes['b'];
    await eventually(async () =>
      expect(Object.keys(await shown('node_', 'drift_', 'running_')).join()).not.toContain('"b"'),
    );
  });
});

describe('the gauges of drift', () => {
  it('count the images of each node by status, and 0 where none has it', async () => {
    const { shown } = service(TWO_NODES());
    await eventually(async () =>
      expect(await shown('drift_images')).toEqual({
        'drift_images{node="a",status="in_sync"}': 1,
        'drift_images{node="a",status="tag_moved"}': 0,
        'drift_images{node="a",status="untagged"}': 0,
        'drift_images{node="a",status="gone"}': 1,
        'drift_images{node="a",status="foreign"}': 1,
        'drift_images{node="a",status="unknown"}': 0,
        'drift_images{node="b",status="in_sync"}': 1,
        'drift_images{node="b",status="tag_moved"}': 1,
        'drift_images{node="b",status="untagged"}': 0,
        'drift_images{node="b",status="gone"}': 0,
        'drift_images{node="b",status="foreign"}': 0,
        'drift_images{node="b",status="unknown"}': 0,
      }),
    );
  });

  it('count an image once that several running containers use', async () => {
    const { shown } = service(TWO_NODES());
    await eventually(async () =>
      expect(await shown('running_images')).toMatchObject({
        'running_images_gone{node="a"}': 1,
        'running_images_gone{node="b"}': 0,
        'running_images{node="a",status="gone"}': 1,
        'running_images{node="a",status="in_sync"}': 0,
        'running_images{node="b",status="tag_moved"}': 1,
      }),
    );
  });

  it('are absent without a Harbor', async () => {
    const { shown } = service(TWO_NODES(), { harborConfig: { harbor_host: '' } });
    await eventually(async () =>
      expect(await shown('node_up')).toHaveProperty('node_up{node="a"}'),
    );
    expect(await shown('drift_', 'running_', 'metrics_refresh_failures')).toEqual({
      'metrics_refresh_failures_total{part="nodes"}': 0,
      'metrics_refresh_failures_total{part="drift"}': 0,
      'metrics_refresh_failures_total{part="certificate"}': 0,
    });
  });

  it('are absent, and the failure is counted and logged once, while Harbor does not answer', async () => {
    const { shown, log } = service(TWO_NODES(), {
      harbor: { faults: () => ({ answer: nginxError(502) }) },
    });
    await eventually(async () =>
      expect(
        (await shown('metrics_refresh_fail'))['metrics_refresh_failures_total{part="drift"}'],
      ).toBeGreaterThan(2),
    );
    expect(await shown('drift_', 'running_')).toEqual({});
    expect(await shown('node_up')).toEqual({ 'node_up{node="a"}': 1, 'node_up{node="b"}': 1 });
    const lines = log.filter(({ msg }) => msg === 'the metrics cannot be refreshed');
    expect(lines).toMatchObject([
      { level: 'WARNING', part: 'drift', code: expect.stringMatching(/^harbor_/) },
    ]);
  });

  it('count as unknown the images of a repository that cannot be read', async () => {
    const { shown } = service(TWO_NODES(), {
      harbor: {
        faults: ({ path }) =>
          /repositories\/api\//.test(path) ? { answer: nginxError(500) } : undefined,
      },
    });
    await eventually(async () =>
      expect(await shown('drift_images{node="b"')).toMatchObject({
        'drift_images{node="b",status="unknown"}': 1,
        'drift_images{node="b",status="in_sync"}': 1,
      }),
    );
  });

  it('are left out of a node as soon as it cannot be read', async () => {
    const nodes = TWO_NODES();
    const { shown } = service(nodes);
    const gone = 'running_images_gone{node="a"}';
    await eventually(async () => expect(await shown('running_')).toHaveProperty([gone], 1));
    nodes['a'] = unreachable('a');
    await eventually(async () =>
      expect(await shown('node_up')).toMatchObject({ 'node_up{node="a"}': 0 }),
    );
    expect(await shown('running_')).not.toHaveProperty([gone]);
  });
});

it('shows no value that is older than max_age_ms, and shows values again after a failure', async () => {
  const nodes = nodesOf(TWO_NODES());
  const { read } = nodes;
  let isFailing = false;
  const failing: typeof read = async (options) => {
    if (isFailing) throw new Problem('bridge_unavailable', 'No node can be found.');
    return read(options);
  };
  const running = createService({
    nodes: { ...nodes, read: failing },
    refreshing: true,
    config: { metrics_config: { refresh_ms: 20, max_age_ms: 300 } },
  });
  const up = () => scrape(running.get, 'node_up');
  const both = { 'node_up{node="a"}': 1, 'node_up{node="b"}': 1 };
  await eventually(async () => expect(await up()).toEqual(both));
  isFailing = true;
  await eventually(async () => expect(await up()).toEqual({}));
  const before = await scrape(running.get, 'metrics_refresh_timestamp');
  expect(before['metrics_refresh_timestamp_seconds{part="nodes"}']).toBeGreaterThan(1e9);
  isFailing = false;
  await eventually(async () => expect(await up()).toEqual(both));
  const told = running.log.filter(({ part }) => part === 'nodes');
  expect(told).toMatchObject([
    { msg: 'the metrics cannot be refreshed', part: 'nodes', code: 'bridge_unavailable' },
    { msg: 'the metrics are refreshed again', part: 'nodes' },
  ]);
});

it('shows when the certificate of Harbor expires, and counts when it cannot be read', async () => {
  const configuration = configurationOf({ metrics_config: { refresh_ms: 10 } });
  const metrics = createProcessMetrics();
  const services = { ...trivialServices(configuration, memoryLog().logger), metrics };
  let isFailing = false;
  const readCertificate = async () => {
    if (isFailing) throw new Error('connect ECONNREFUSED');
    return Date.UTC(2027, 0, 1);
  };
  onTestFinished(startFleetRefresh({ services, readCertificate }).stop);
  const get = async () => new Response((await metrics.exposition('text')).body);
  const shown = async () => scrape(get, 'harbor_certificate', 'metrics_refresh_failures');
  const failures = 'metrics_refresh_failures_total{part="certificate"}';
  await eventually(async () =>
    expect(await shown()).toMatchObject({
      harbor_certificate_expiry_timestamp_seconds: Date.UTC(2027, 0, 1) / 1000,
      [failures]: 0,
    }),
  );
  isFailing = true;
  await eventually(async () => expect((await shown())[failures]).toBeGreaterThan(0));
});
