import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import harborWebhookApp, { harborWebhook } from '../../functions/harbor-webhook.ts';
import { deliverySettings } from '../../shared/domain/webhooks/delivery-settings.ts';
import { createEdgeDeliveries } from '../../shared/edge/edge-deliveries.ts';
import { createApp } from '../../shared/http/app.ts';
import type { Services } from '../../shared/http/function-services.ts';
import { trivialServices } from '../../shared/http/trivial-services.ts';
import type { Bridge } from '../../shared/ports/bridge.ts';
import { sleep } from '../../shared/values/sleep.ts';
import type { CrictlAnswers } from '../fake-crictl/index.ts';
import { type RecordedDelivery, recordedDeliveries } from '../fixtures/recordings.ts';
import { configurationOf } from '../support/configuration.ts';
import { bridgeOf, containerRow, imageRow } from '../support/host-rows.ts';
import { memoryLog } from '../support/log.ts';
import { nodesOf } from '../support/nodes.ts';
import { type ReceiverAnswer, startReceiver } from '../support/receiver.ts';
import { createService } from '../support/service.ts';
import { startStranger } from '../support/stranger.ts';

const TOKEN = 'Bearer hook-secret';
const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;
const OLD = `sha256:${'0'.repeat(64)}`;
const [movedCloudEvent, movedDefault] = recordedDeliveries('tag-moved');

/** What crictl prints on a node that has `hooks/moved:latest` as it was before it moved. */
const node = {
  stdout: JSON.stringify({
    images: [
      {
        id: `sha256:${'1'.repeat(64)}`,
        repoTags: ['harbor.example.internal/hooks/moved:latest'],
        repoDigests: [`harbor.example.internal/hooks/moved@${OLD}`],
        size: '1000',
        uid: null,
        username: '',
        spec: null,
        pinned: false,
      },
    ],
  }),
};

interface Setup {
  readonly receiver?: readonly ReceiverAnswer[];
  readonly webhook?: object;
  readonly app?: object;
  readonly crictl?: CrictlAnswers;
  readonly nodes?: Services['nodes'];
}

async function service(setup: Setup = {}) {
  const receiver = setup.receiver && (await startReceiver(setup.receiver, '/hook?key=notify-key'));
  const running = createService({
    crictl: setup.crictl ?? { images: node },
    ...(setup.nodes && { nodes: setup.nodes }),
    config: {
      app_config: setup.app ?? {},
      harbor_config: { registry_aliases: ['harbor.example.internal'] },
      webhook_config: {
        harbor_webhook_token: TOKEN,
        ...(receiver && { notify_url: receiver.url, notify_secret: SECRET }),
        ...setup.webhook,
      },
    },
  });
  const post = (body: string, headers: Record<string, string> = {}) =>
    running.get('/webhooks/harbor', {
      method: 'POST',
      body,
      headers: { authorization: TOKEN, 'content-type': 'application/json', ...headers },
    });
  const replay = (delivery: typeof movedDefault) => {
    if (delivery === undefined) throw new Error('no such recording');
    return post(delivery.body, sentHeaders(delivery));
  };
  return { ...running, receiver, post, replay };
}

/** Headers that its sender chose; the rest is the connection's. */
function sentHeaders({ headers }: RecordedDelivery): Record<string, string> {
  return Object.fromEntries(
    headers
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => ['authorization', 'content-type'].includes(name)),
  );
}

const push = (digest: string) =>
  JSON.stringify({
    type: 'PUSH_ARTIFACT',
    occur_at: 1_795_503_000,
    event_data: {
      resources: [{ digest, tag: 'latest' }],
      repository: { repo_full_name: 'hooks/moved' },
    },
  });

describe('POST /webhooks/harbor', () => {
  it('notifies once of a recorded delivery in both formats, each replayed twice, although the receiver fails twice', async () => {
    const { replay, post, receiver, log } = await service({ receiver: [500, 503, 200, 200] });
    const answers = [
      await replay(movedCloudEvent),
      await replay(movedDefault),
      await replay(movedCloudEvent),
      await replay(movedDefault),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    await receiver?.arrived(3);
    // Notifications keep their order: when this one comes, nothing else is to come.
    await post(push(`sha256:${'9'.repeat(64)}`));
    await receiver?.arrived(4);
    const bodies = receiver?.deliveries.map(({ body }) => JSON.parse(body)) ?? [];
    expect(new Set(bodies.slice(0, 3).map(({ id }) => id)).size).toBe(1);
    expect(bodies[2]).toMatchObject({
      type: 'image-api.artifact.replaced',
      subject: 'hooks/moved:latest',
      data: {
        digest: 'sha256:6e84b9360487a3a63c1bad14e4b51f41d5f931430778a7422108178375d077aa',
        images: ['harbor.example.internal/hooks/moved:latest'],
      },
    });
    const { headers, body } = receiver?.deliveries[2] ?? { headers: {}, body: '' };
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual(bodies[2]);
    expect(log.filter(({ level }) => level === 'WARNING')).toEqual([]);
    expect(JSON.stringify(log)).not.toContain('notify-key');
  });

  it('answers with the request id before the host is read', async () => {
    const { replay } = await service({ crictl: { images: { hang: true } } });
    const res = await replay(movedDefault);
    expect(res.status).toBe(202);
    expect(res.headers.get('cache-control')).toBe('no-store');
    expect(await res.json()).toEqual({
      outcome: 'accepted',
      request_id: res.headers.get('x-request-id'),
    });
  });

  it('calls no host that a payload names', async () => {
    const { url, requests } = await startStranger((_, outgoing) => outgoing.end());
    const { post, receiver } = await service({ receiver: [200] });
    const { host } = new URL(url);
    const event = JSON.parse(push(`sha256:${'9'.repeat(64)}`));
    event.event_data.resources[0].resource_url = `${host}/hooks/moved:latest`;
    event.event_data.repository.namespace = host;
    await post(JSON.stringify({ ...event, operator: url, source: url }));
    await receiver?.arrived(1);

    expect(requests).toEqual([]);
  });

  it.each(['pull-tag', 'pull-digest'])('accepts and ignores the recording %s', async (name) => {
    const { replay } = await service();
    const [delivery] = recordedDeliveries(name);
    const res = await replay(delivery);
    expect(res.status).toBe(202);
    expect(await res.json()).toMatchObject({ outcome: 'ignored' });
  });

  it.each([
    ['no value', {}],
    ['another value', { authorization: 'Bearer hook-secre' }],
    ['the value in another scheme', { authorization: 'hook-secret' }],
  ])('refuses %s as unauthorized', async (_, headers) => {
    const { get } = await service();
    const res = await get('/webhooks/harbor', {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect(res.status).toBe(401);
    expect(await res.json()).toMatchObject({ code: 'unauthorized' });
  });

  it('names the key to set when it is not configured', async () => {
    const { replay } = await service({ webhook: { harbor_webhook_token: '' } });
    const res = await replay(movedDefault);
    expect(res.status).toBe(403);
    expect(await res.json()).toMatchObject({
      code: 'webhook_not_configured',
      detail: expect.stringContaining('webhook_config.harbor_webhook_token'),
    });
  });

  it('is served under allowed_hosts only', async () => {
    const { replay } = await service({ app: { allowed_hosts: ['images.example.test'] } });
    expect(await (await replay(movedDefault)).json()).toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['broken JSON', '{', 'body'],
    ['JSON that is no event', '[]', 'body'],
    ['a name outside the grammar', push('sha256:../..'), 'event_data.resources.0.digest'],
  ])('answers %s with 422 and logs it at WARNING', async (_, body, parameter) => {
    const { post, log } = await service();
    const res = await post(body);
    expect(res.status).toBe(422);
    expect(await res.json()).toMatchObject({ errors: [{ parameter }] });
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'WARNING', status: 422, code: 'invalid_request' }),
    );
  });

  it.each([
    'text/plain',
    'application/cloudevents-batch+json',
    'application/x-www-form-urlencoded',
  ])('refuses %s', async (type) => {
    const { post } = await service();
    const res = await post('{}', { 'content-type': type });
    expect(res.status).toBe(415);
    expect(await res.json()).toMatchObject({ code: 'unsupported_media_type' });
  });
});

describe('POST /webhooks/harbor with several nodes', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const web = imageRow({
    repo_tags: ['harbor.example.internal/shop/web:v1'],
    repo_digests: [`harbor.example.internal/shop/web@${digest}`],
  });
  const running = containerRow({ image_ref: web.id, name: 'app', pod: 'web-1', namespace: 'shop' });
  const deletion = JSON.stringify({
    type: 'DELETE_ARTIFACT',
    occur_at: 1_795_503_000,
    event_data: {
      resources: [{ digest, tag: 'v1' }],
      repository: { repo_full_name: 'shop/web' },
    },
  });

  it('notifies of an artifact that was deleted and runs, once', async () => {
    const { post, receiver } = await service({
      receiver: [200, 200],
      nodes: nodesOf({
        'node-1': { images: [web] },
        'node-3': { images: [web], containers: [running] },
      }),
    });
    await post(deletion);
    await post(deletion);
    await receiver?.arrived(2);
    const bodies = receiver?.deliveries.map(({ body }) => JSON.parse(body)) ?? [];
    expect(bodies).toMatchObject([
      { type: 'image-api.artifact.deleted', data: { nodes: ['node-1', 'node-3'] } },
      {
        type: 'image-api.drift.gone',
        subject: 'shop/web:v1',
        data: {
          effect: 'gone',
          digest,
          nodes: ['node-3'],
          containers: [{ node: 'node-3', namespace: 'shop', pod: 'web-1', container: 'app' }],
          detail: expect.stringContaining('runs on node-3: shop/web-1 (container app, running)'),
        },
      },
    ]);
  });
});

describe('POST /webhooks/harbor where nothing is shared between requests', () => {
  interface EdgeSetup {
    readonly deferral?: 'before';
    readonly images?: Bridge['images'];
    readonly answers: readonly ReceiverAnswer[];
  }

  async function edge({ deferral, images, answers }: EdgeSetup) {
    const receiver = await startReceiver(answers);
    const configuration = configurationOf({
      harbor_config: { registry_aliases: ['harbor.example.internal'] },
      webhook_config: {
        harbor_webhook_token: TOKEN,
        notify_url: receiver.url,
        notify_secret: SECRET,
      },
    });
    const log = memoryLog();
    const rows = [
      imageRow({
        repo_tags: ['harbor.example.internal/hooks/moved:latest'],
        repo_digests: [`harbor.example.internal/hooks/moved@${OLD}`],
      }),
    ];
    const { logger } = log;
    const bridge = bridgeOf({
      images: images ?? (async () => ({ rows, startedAtMs: 0, ageMs: 0 })),
      containers: () => Promise.reject(new Error('containers are of no interest')),
    });
    const services: Services = {
      ...trivialServices(configuration, logger),
      bridge,
      deliveries: createEdgeDeliveries({
        ...deliverySettings(configuration, bridge),
        fetch,
        now: Date.now,
        sleep: (_: number, signal?: AbortSignal) => sleep(0, signal),
        logger,
        ...(deferral && { deferral }),
      }),
    };
    const app = createApp(harborWebhook, () => services);
    const deferred: Promise<unknown>[] = [];
    const send = () =>
      app.fetch(
        new Request('https://functions.example.test/webhooks/harbor', {
          method: 'POST',
          body: movedDefault?.body ?? '',
          headers: sentHeaders(movedDefault ?? { headers: [], body: '' }),
        }),
        {},
        {
          waitUntil: (promise: Promise<unknown>) => deferred.push(promise),
          passThroughOnException: () => undefined,
          props: {},
        },
      );
    return { receiver, send, deferred, log: log.lines };
  }

  it('works after the answer, through waitUntil', async () => {
    const { receiver, send, deferred } = await edge({ answers: [500, 503, 200] });
    expect((await send()).status).toBe(202);
    expect(deferred).toHaveLength(1);
    await Promise.all(deferred);
    expect(receiver.deliveries).toHaveLength(3);
  });

  it('tries once where the answer waits for it', async () => {
    const { receiver, send, deferred, log } = await edge({ deferral: 'before', answers: [503] });
    expect((await send()).status).toBe(202);
    await Promise.all(deferred);
    expect(receiver.deliveries).toHaveLength(1);
    expect(log).toContainEqual(
      expect.objectContaining({ level: 'WARNING', msg: expect.stringContaining('answered 503') }),
    );
  });

  it('still notifies, and answers in time, when the host hangs before the answer', async () => {
    const images: Bridge['images'] = (options) =>
      new Promise((_, reject) => {
        const signal = options?.signal?.();
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const { receiver, send, deferred } = await edge({ deferral: 'before', images, answers: [200] });
    expect((await send()).status).toBe(202);
    await Promise.all(deferred);
    expect(JSON.parse(receiver.deliveries[0]?.body ?? '{}')).toMatchObject({
      data: { effect: 'unknown' },
    });
  });

  it('answers 404 to everything else', async () => {
    const res = await harborWebhookApp.fetch(new Request('https://functions.example.test/images'));
    expect(await res.json()).toMatchObject({ code: 'not_found' });
  });
});
