import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { CrictlAnswers } from '../fake-crictl/index.ts';
import { type RecordedDelivery, recordedDeliveries } from '../fixtures/recordings.ts';
import { hashedTexts } from '../support/hashed-texts.ts';
import { type ReceiverAnswer, startReceiver } from '../support/receiver.ts';
import { createService } from '../support/service.ts';
import { startStranger } from '../support/stranger.ts';

const TOKEN = 'Bearer hook-secret-of-test';
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
  readonly crictl?: CrictlAnswers;
}

async function service(setup: Setup = {}) {
  const receiver = setup.receiver && (await startReceiver(setup.receiver, '/hook?key=notify-key'));
  const running = createService({
    crictl: setup.crictl ?? { images: node },
    config: {
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
      .filter(([name]) => name === 'content-type'),
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

  it('compares the value as a hash', async () => {
    const { post } = await service();
    const hashed = hashedTexts();
    await post('{}', { authorization: 'Bearer hook-secret-of-tesT' });

    expect(hashed()).toEqual([TOKEN, 'Bearer hook-secret-of-tesT'].toSorted());
  });

  it('takes the value for events alone: it neither reads nor deletes', async () => {
    const { get } = createService({
      config: {
        app_config: {
          read_token: 'read-token-of-the-test',
          write_token: 'write-token-of-the-test',
        },
        webhook_config: { harbor_webhook_token: TOKEN },
      },
    });
    const headers = { authorization: TOKEN };
    const answers = [
      await get('/local-images', { headers }),
      await get('/harbor/artifacts/shop/web/v1', { method: 'DELETE', headers }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
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
