import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { imageRow } from '../support/host-rows.ts';
import { countsOf, samples } from '../support/metrics.ts';
import { nodesOf } from '../support/nodes.ts';
import { type ReceiverAnswer, startReceiver } from '../support/receiver.ts';
import { createService } from '../support/service.ts';

const TOKEN = 'Bearer hook-secret-of-test';
const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;

/** A service whose node has an earlier image of each tag of `shop/web`. */
async function service(receiverAnswers?: readonly ReceiverAnswer[]) {
  const receiver = receiverAnswers && (await startReceiver(receiverAnswers));
  const tags = ['v1', 'v2', 'v3'];
  const images = tags.map((tag, index) =>
    imageRow({
      id: String(index).repeat(64),
      repo_tags: [`harbor.example.test/shop/web:${tag}`],
      repo_digests: [`harbor.example.test/shop/web@sha256:${String(index).repeat(64)}`],
    }),
  );
  const running = createService({
    nodes: nodesOf({ 'node-1': { images } }),
    config: {
      harbor_config: { harbor_host: 'http://harbor.example.test' },
      webhook_config: {
        harbor_webhook_token: TOKEN,
        invoke_secret: [SECRET],
        ...(receiver && { notify_url: receiver.url }),
      },
    },
  });
  const deliver = (body: unknown, headers: Record<string, string> = {}) =>
    running.get('/webhooks/harbor', {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: TOKEN, 'content-type': 'application/json', ...headers },
    });
  const invoke = (id: string, headers: Record<string, string> = {}) =>
    running.get('/webhooks/openapi', {
      method: 'POST',
      body: '{}',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': new Webhook(SECRET).sign(id, new Date(), '{}'),
        ...headers,
      },
    });
  return { ...running, deliver, invoke, metrics: running.services.metrics };
}

const push = (tag: string) => ({
  type: 'PUSH_ARTIFACT',
  occur_at: 1_795_503_000,
  event_data: {
    resources: [{ digest: `sha256:${'9'.repeat(64)}`, tag }],
    repository: { repo_full_name: 'shop/web' },
  },
});

const DELIVERIES = 'image_api_webhook_deliveries_total';
const EVENTS = 'image_api_webhook_events_total';
const INVOCATIONS = 'image_api_webhook_invocations_total';
const NOTIFICATIONS = 'image_api_notifications_total';

describe('the metrics of webhooks', () => {
  it('begin with 0', async () => {
    const { metrics } = await service();
    const found = [...(await samples(metrics))].filter(([name]) =>
      /^image_api_(webhook|notifications)/.test(name),
    );
    expect(found).toContainEqual([`${NOTIFICATIONS}{outcome="dropped"}`, 0]);
    expect(found).toHaveLength(6 + 3 + 6 + 4);
  });

  it('count deliveries by their answer, and events that Harbor sends again', async () => {
    const { deliver, metrics } = await service();
    await deliver(push('v1'));
    await deliver(push('v1'));
    await deliver({ ...push('v1'), type: 'PULL_ARTIFACT' });
    await deliver(push('v1'), { authorization: 'Bearer wrong' });
    await deliver({ type: 'PUSH_ARTIFACT' });
    expect(await countsOf(metrics, DELIVERIES)).toEqual({
      accepted: 2,
      ignored: 1,
      refused: 1,
      invalid: 1,
    });
    await eventually(async () =>
      expect(await countsOf(metrics, EVENTS)).toEqual({ processed: 1, repeated: 1 }),
    );
    await eventually(async () =>
      expect(await countsOf(metrics, NOTIFICATIONS)).toEqual({ logged: 1 }),
    );
  });

  it('count notifications that were sent, and those that the receiver never accepted', async () => {
    const refusals = Array.from({ length: 8 }, () => 503);
    const { deliver, metrics } = await service([200, ...refusals]);
    await deliver(push('v1'));
    await deliver(push('v2'));
    await eventually(async () =>
      expect(await countsOf(metrics, NOTIFICATIONS)).toEqual({ sent: 1, failed: 1 }),
    );
    expect((await samples(metrics)).get('image_api_queue_length{queue="notifications"}')).toBe(0);
  });

  it('count calls of functions, repeats, and calls with a wrong signature', async () => {
    const { invoke, get, metrics } = await service();
    await invoke('first');
    await invoke('first');
    await invoke('second', { 'webhook-signature': 'v1,AAAA' });
    await get('/webhooks/openapi', { method: 'POST', body: '{}' });
    expect(await countsOf(metrics, INVOCATIONS)).toEqual({ answered: 1, repeated: 1, refused: 2 });
  });
});
