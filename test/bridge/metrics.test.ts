import { describe, expect, it } from 'vitest';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { startBridge } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { samplesOf } from '../support/exposition.ts';
import { askSocket } from '../support/raw-request.ts';

const NODE = 'v1.33.0-containerd-1.7.24';
const RUNS = 'image_api_crictl_runs_total';
const noCache = { headers: { 'Cache-Control': 'no-cache' } };

async function scrape(socket: string) {
  return samplesOf((await askSocket(socket, '/metrics')).body);
}

describe('GET /metrics of the bridge', () => {
  it('needs the token of the bridge', async () => {
    const { socket } = await startBridge({
      bridge_config: { bridge_token: 'bridge-token-of-test' },
    });
    const authorized = { headers: { authorization: 'Bearer bridge-token-of-test' } };
    expect((await askSocket(socket, '/metrics')).status).toBe(401);
    const { status, headers } = await askSocket(socket, '/metrics', authorized);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  });

  it('shows the runs of crictl and the process, and nothing of functions', async () => {
    const { socket } = await startBridge();
    const names = [...(await scrape(socket)).keys()];
    expect(names).toContain(`${RUNS}{kind="images",outcome="crictl_timeout"}`);
    expect(names).toContain('process_cpu_seconds_total');
    expect(names.filter((name) => /deletion|webhook|journal|harbor/.test(name))).toEqual([]);
  });

  it('starts no run of crictl', async () => {
    const { socket, crictl } = await startBridge();
    await scrape(socket);
    expect(crictl.calls()).toEqual([]);
  });

  it('counts runs by kind, and the answers that they were shared with', async () => {
    const { socket } = await startBridge({ crictl_config: { crictl_max_age_ms: 600_000 } });
    await askSocket(socket, '/v1/images');
    await askSocket(socket, '/v1/images');
    await askSocket(socket, '/v1/images', noCache);
    await askSocket(socket, '/v1/containers');
    const found = await scrape(socket);
    expect(found.get(`${RUNS}{kind="images",outcome="ok"}`)).toBe(2);
    expect(found.get(`${RUNS}{kind="containers",outcome="ok"}`)).toBe(1);
    expect(found.get('image_api_crictl_shared_answers_total{kind="images"}')).toBe(1);
    expect(found.get('image_api_crictl_run_duration_seconds_count{kind="images"}')).toBe(2);
  });

  it('counts the runs for the facts of a node, although containerd 2 has no sandbox image', async () => {
    const { socket } = await startBridge();
    await askSocket(socket, '/v1/node');
    const found = await scrape(socket);
    const kinds = ['version', 'image_filesystems', 'sandbox_image', 'sandboxes'];
    const counts = kinds.map((kind) => found.get(`${RUNS}{kind="${kind}",outcome="ok"}`));
    expect(counts).toEqual([1, 1, 1, 1]);
  });

  it('counts failures by their code', async () => {
    const images = crictlRun(NODE, 'permission-denied');
    const { socket, crictl } = await startBridge({ crictl: { ...recordedAnswers(NODE), images } });
    await askSocket(socket, '/v1/images');
    crictl.answer('images', { stdout: 'NAME: crictl' });
    await askSocket(socket, '/v1/images');
    const found = await scrape(socket);
    expect(found.get(`${RUNS}{kind="images",outcome="crictl_permission_denied"}`)).toBe(1);
    expect(found.get(`${RUNS}{kind="images",outcome="crictl_bad_output"}`)).toBe(1);
  });

  it('tells how many callers wait, and counts a run that nobody waits for any more', async () => {
    const { socket, crictl } = await startBridge({ crictl: { images: { hang: true } } });
    const left = new AbortController();
    const callers = [1, 2, 3].map(() =>
      askSocket(socket, '/v1/images', { ...noCache, signal: left.signal }).catch(() => null),
    );
    const waiting = async () =>
      (await scrape(socket)).get('image_api_queue_length{queue="crictl_images"}');
    await eventually(async () => expect(await waiting()).toBe(3));
    await eventually(() => expect(crictl.calls()).toHaveLength(1));
    left.abort();
    await Promise.all(callers);
    await eventually(async () => expect(await waiting()).toBe(0));
    await eventually(async () => {
      const cancelled = (await scrape(socket)).get(`${RUNS}{kind="images",outcome="cancelled"}`);
      expect(cancelled).toBeGreaterThan(0);
    });
  });
});
