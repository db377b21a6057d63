/** A scripted receiver of notifications. */
import { expect, onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';
import { startStranger } from './stranger.ts';

/** What it does with one request: a status, a redirect, or nothing at all. */
export type ReceiverAnswer = number | { readonly redirectTo: string } | 'hang';

/** Starts a receiver that gives `answers` in turn. One request more than that fails the test. */
export async function startReceiver(answers: readonly ReceiverAnswer[], path = '/') {
  const left = [...answers];
  const { url, requests: deliveries } = await startStranger((_, outgoing) => {
    const answer = left.shift() ?? 599;
    if (answer === 'hang') return;
    if (typeof answer === 'number') {
      outgoing.writeHead(answer).end('what it says is of no interest');
    } else outgoing.writeHead(307, { location: answer.redirectTo }).end();
  });
  onTestFinished(() => {
    if (deliveries.length > answers.length) {
      throw new Error('the receiver got an unscripted request');
    }
  });
  return {
    url: url + path,
    deliveries,
    /** Waits until that many requests have come. */
    arrived: (count: number) =>
      eventually(() => expect(deliveries.length).toBeGreaterThanOrEqual(count)),
  };
}
