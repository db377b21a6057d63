import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answer, sendTo } from '../contract/answers.ts';
import { answerOfLambda, functionUrlEvent } from '../contract/lambda-events.ts';
import { recordedDeliveries } from '../fixtures/recordings.ts';
import { startReceiver } from '../support/receiver.ts';
import {
  type Start,
  startOnBun,
  startOnDeno,
  startOnLambda,
  startOnNode,
  startOnWorkerd,
} from './platforms.ts';

const TOKEN = 'Bearer token-of-this-harbor';
const [deletion] = recordedDeliveries('delete-v2');
const sent = {
  method: 'POST',
  target: '/webhooks/harbor',
  headers: { Authorization: TOKEN, 'Content-Type': 'application/json' },
  body: deletion?.body ?? '',
};

/** Without a bridge it is unknown whether the host has the deleted artifact, which is notified, too. */
async function startWebhook(start: Start, notify_url: string): Promise<number> {
  const program = await start('harbor-webhook', {
    HARBOR_WEBHOOK_TOKEN: TOKEN,
    NOTIFY_URL: notify_url,
  });
  onTestFinished(() => program.stop());
  return program.port;
}

async function sendToLambda(port: number): Promise<Answer> {
  const body = JSON.stringify(functionUrlEvent(sent));
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body });
  return answerOfLambda(await answer.text());
}

describe('work after the answer', () => {
  it.each([
    ['workerd', startOnWorkerd],
    ['Deno', startOnDeno],
    ['Bun', startOnBun],
    ['Node', startOnNode(process.execPath)],
  ])('continues on %s, and tries again', async (_, start) => {
    const receiver = await startReceiver([500, 200]);
    const port = await startWebhook(start, receiver.url);
    const answer = await sendTo(port, sent);
    expect(answer.status).toBe(202);
    expect(receiver.deliveries.length).toBeLessThan(2);
    await receiver.arrived(2);
    expect(JSON.parse(receiver.deliveries[1]?.body ?? '')).toMatchObject({
      type: 'image-api.artifact.unknown',
    });
  });

  it('is done before the answer on Lambda, with one try', async () => {
    const receiver = await startReceiver([500]);
    const port = await startWebhook(startOnLambda, receiver.url);
    const answer = await sendToLambda(port);
    expect(answer.status).toBe(202);
    expect(receiver.deliveries).toHaveLength(1);
  });
});
