import { Agent, fetch } from 'undici';
import { expect, it } from 'vitest';
import { closeDispatcher } from '../../../../shared/node/upstreams/close-dispatcher.ts';
import { eventually } from '../../../support/eventually.ts';
import { startStranger } from '../../../support/stranger.ts';

it('waits for a call that is under way', async () => {
  let answerNow = (): unknown => undefined;
  const { url, requests } = await startStranger((_, outgoing) => {
    answerNow = () => outgoing.end('answered');
  });
  const dispatcher = new Agent();
  const answer = fetch(url, { dispatcher }).then((response) => response.text());
  await eventually(() => expect(requests).toHaveLength(1));
  const closed = closeDispatcher(dispatcher);
  answerNow();
  await closed;

  expect(await answer).toBe('answered');
});

it('does not wait for a call that hangs', async () => {
  const { url, requests } = await startStranger(() => undefined);
  const dispatcher = new Agent();
  const ended = fetch(url, { dispatcher }).then(
    () => 'answered',
    () => 'cut off',
  );
  await eventually(() => expect(requests).toHaveLength(1));
  const closed = closeDispatcher(dispatcher).then(() => 'closed');

  expect(await Promise.race([ended, closed])).toBe('closed');
});
