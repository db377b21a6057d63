import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openLog } from '../../../../shared/node/log/log.ts';
import { createProcessMetrics } from '../../../../shared/node/metrics/process-metrics.ts';
import { createNotificationQueue } from '../../../../shared/node/webhooks/notification-queue.ts';
import { createLimit } from '../../../../shared/values/waiting/limit.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { eventually } from '../../../support/eventually.ts';
import { testFolder } from '../../../support/folder.ts';
import { memoryLog } from '../../../support/log.ts';
import { countsOf, samples } from '../../../support/metrics.ts';

const namesIn = async (metrics: ReturnType<typeof createProcessMetrics>) =>
  [...(await samples(metrics)).keys()].map((name) => name.split('{')[0]);

describe('the metrics of a process', () => {
  it('are those of the parts that it has', async () => {
    const bridge = await namesIn(createProcessMetrics(['crictl']));
    const router = await namesIn(createProcessMetrics(['functions']));
    const common = 'image_api_log_lines_dropped_total';
    expect(bridge).toEqual(expect.arrayContaining(['image_api_crictl_runs_total', common]));
    expect(bridge).not.toContain('image_api_deletions_total');
    expect(router).toEqual(expect.arrayContaining(['image_api_deletions_total', common]));
    expect(router).not.toContain('image_api_crictl_runs_total');
  });

  it('take any size that Harbor says of a deleted artifact', async () => {
    const metrics = createProcessMetrics();
    for (const size_bytes of [5, -1, 0, 7]) {
      metrics.count('image_api_cleanup_deleted_bytes_total', {}, size_bytes);
    }
    const found = await samples(metrics);
    expect(found.get('image_api_cleanup_deleted_bytes_total')).toBe(12);
  });

  it('count the lines that the log lost', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const metrics = createProcessMetrics();
    const log_file = join(testFolder(), 'app.log');
    const settings = { log_file, log_level: 'INFO', log_max_bytes: 1024, log_backup_count: 3 };
    const { app_config } = configurationOf({ app_config: settings });
    const log = await openLog({
      app_config,
      stderr: false,
      onLineLost: () => metrics.count('image_api_log_lines_dropped_total', {}),
    });
    const obstacle = join(`${log_file}.d`, 'app.2.log'); // the next file of the rotation
    mkdirSync(obstacle);
    for (let line = 0; line < 1500; line += 1) {
      log.logger.log('INFO', 'x'.repeat(1000));
      await new Promise((done) => setImmediate(done));
    }
    const lost = (await samples(metrics)).get('image_api_log_lines_dropped_total');
    rmSync(obstacle, { recursive: true });
    await eventually(() =>
      expect(stderr.mock.calls.join('')).toContain(`works again; ${lost} lines were lost`),
    );
    await log.close();
    vi.restoreAllMocks();
    expect(lost).toBeGreaterThan(100);
  });

  it('tell how many wait in a queue, and how many it refused', async () => {
    const metrics = createProcessMetrics();
    const observer = metrics.queue('harbor_requests');
    const limit = createLimit({ concurrency: 1, waiting: 2, observer });
    let finish = (): void => undefined;
    const work = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const running = limit(work);
    const left = new AbortController();
    const waiting = [limit(async () => undefined), limit(async () => undefined, left.signal)];
    await expect(limit(async () => undefined)).rejects.toThrow('Too many requests');
    const lengths = () => countsOf(metrics, 'image_api_queue_length');
    expect(await lengths()).toEqual({ harbor_requests: 2 });
    left.abort();
    await expect(waiting[1]).rejects.toThrow();
    expect(await lengths()).toEqual({ harbor_requests: 1 });
    finish();
    await Promise.all([running, waiting[0]]);
    expect(await lengths()).toEqual({});
    expect(await countsOf(metrics, 'image_api_queue_refusals_total')).toEqual({
      harbor_requests: 1,
    });
  });

  it('count the notifications that a full queue drops', async () => {
    const metrics = createProcessMetrics();
    const queue = createNotificationQueue({
      notifyUrl: 'http://127.0.0.1:9/',
      notifySecret: null,
      fetch: () => new Promise(() => undefined),
      now: Date.now,
      sleep: async () => undefined,
      logger: memoryLog().logger,
      maxWaiting: 1,
      flushMs: 0,
      metrics,
      observer: metrics.queue('notifications'),
    });
    for (const id of ['a', 'b', 'c']) queue.add({ id, body: new Uint8Array(), fields: {} });
    expect(await countsOf(metrics, 'image_api_notifications_total')).toEqual({ dropped: 1 });
    expect(await countsOf(metrics, 'image_api_queue_length')).toEqual({ notifications: 1 });
    expect(await countsOf(metrics, 'image_api_queue_refusals_total')).toEqual({ notifications: 1 });
  });
});
