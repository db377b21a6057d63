/** The clock of the machine is set forward and back while the service runs. */
import { Webhook } from 'standardwebhooks';
import { expect, it, onTestFinished } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { killableService } from '../support/killable-service.ts';
import { visitorOf } from '../support/visitor.ts';
import { fakeClock } from './fake-clock.ts';
import { recovery } from './recovery.ts';

const HOUR_MS = 3_600_000;
const SECRET = Buffer.from('a secret for calls by webhook, 32').toString('base64');
const TOKEN = 'write-token-of-ci';
/** The steps, from the real time. */
const STEPS = [HOUR_MS, -HOUR_MS, 48 * HOUR_MS, -72 * HOUR_MS, 0];
const BOUND_MS = 60_000;
let calls = 0;

async function clockedService() {
  const clock = fakeClock();
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const service = await killableService({
    projects: [
      {
        name: 'shop',
        repositories: {
          web: STEPS.map((step) => ({ digest: digestOf(`web ${step}`), tags: [`t${step}`] })),
        },
      },
    ],
    config: {
      app_config: { public_url: 'http://localhost' },
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false, crictl_max_age_ms: 300 },
      nodes_config: { max_age_ms: 300 },
      webhook_config: { invoke_secret: [SECRET] },
    },
  });
  await service.start({ env: clock.env });
  const request = (path: string, init: RequestInit = {}) =>
    service.request(path, { ...init, signal: AbortSignal.timeout(BOUND_MS) });
  /** Calls a function, signed at a time. */
  const invoke = async (atMs: number): Promise<number> => {
    calls += 1;
    const id = `msg_${calls}`;
    const at = new Date(atMs);
    const answer = await request('/webhooks/harbor-projects', {
      method: 'POST',
      body: '{}',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(atMs / 1000)),
        'webhook-signature': new Webhook(SECRET).sign(id, at, '{}'),
      },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  /** Waits until the process has the new time: only then a call that was signed at that time is accepted. */
  const set = async (ms: number): Promise<void> => {
    clock.set(ms);
    await recovery(`clock set to ${ms / HOUR_MS} h from now`, async () =>
      expect(await invoke(clock.now())).toBe(200),
    );
  };
  return { ...service, request, invoke, clock, crictl, set };
}

it('reads on time, ages are never negative, and nothing hangs', async () => {
  const { request, crictl, set } = await clockedService();
  for (const step of STEPS) {
    await set(step);
    const runs = crictl.calls().length;
    const ages: number[] = [];
    // A new reading begins although the clock went back: its age counts from a clock that never does.
    await eventually(async () => {
      const local = await request('/local-images');
      const { nodes, complete } = (await (await request('/nodes')).json()) as NodesAnswer;
      await local.arrayBuffer();
      ages.push(Number(local.headers.get('age')) * 1000, ...nodes.map(({ age_ms }) => age_ms));
      expect([local.status, complete]).toEqual([200, true]);
      expect(crictl.calls().length).toBeGreaterThan(runs);
    });
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ages)).toBeLessThan(BOUND_MS);
    expect((await request('/readyz')).status).toBe(200);
  }
});

interface NodesAnswer {
  readonly complete: boolean;
  readonly nodes: readonly { readonly age_ms: number }[];
}

it('accepts signatures of the time that it has, and refuses others', async () => {
  const { invoke, clock, set } = await clockedService();
  for (const step of STEPS) {
    await set(step);
    expect(await invoke(clock.now() - HOUR_MS)).toBe(401);
    expect(await invoke(clock.now() + HOUR_MS)).toBe(401);
  }
});

it('keeps the order of the journal, which is that of the file', async () => {
  const service = await clockedService();
  for (const step of STEPS) {
    await service.set(step);
    const target = `/harbor/artifacts/shop/web/${digestOf(`web ${step}`)}`;
    expect((await service.request(target, { method: 'DELETE' })).status).toBe(200);
  }
  const rows = await service.settledRows();

  expect(rows.map(({ digest, outcome }) => [digest, outcome])).toEqual(
    STEPS.toReversed().map((step) => [digestOf(`web ${step}`), 'deleted']),
  );
  expectTimesNear(
    rows.map(({ time }) => Date.parse(time) - Date.now()),
    STEPS.toReversed(),
  );
});

function expectTimesNear(found: readonly number[], steps: readonly number[]): void {
  const distances = found.map((ms, index) => Math.abs(ms - (steps[index] ?? Number.NaN)));
  expect(Math.max(...distances)).toBeLessThan(HOUR_MS / 2);
}

it('keeps a session while it is valid at the time that the process has', async () => {
  const { url, set } = await clockedService();
  const { logIn, open } = visitorOf({
    get: (path, init) => fetch(url + path, { ...init, redirect: 'manual' }),
  });
  expect((await logIn(TOKEN)).status).toBe(303);
  const isIn = async () => /Log out/.test(await (await open('/ui/journal')).text());
  const seen: boolean[] = [];
  for (const ms of [0, 11 * HOUR_MS, 13 * HOUR_MS, 5 * 60_000, -HOUR_MS]) {
    await set(ms);
    seen.push(await isIn());
  }

  // 12 hours after the login it ends. Set back by more than a correction, the clock was wrong at the login.
  expect(seen).toEqual([true, true, false, true, false]);
});
