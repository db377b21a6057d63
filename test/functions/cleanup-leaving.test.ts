/** A client that closes its connection in the middle of a cleanup is one that has left, for either kind of answer. */
import { expect, it } from 'vitest';
import { artifactsWith, createCleanupService, requestOf, tagOf } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';

const ALL = { policy: { tags: ['*'] } };
const TEN = artifactsWith(...Array.from({ length: 10 }, (_, index) => [`v${index}`]));
const JSON_TYPE = 'application/json';
const EVENTS = 'text/event-stream';

it.each([JSON_TYPE, EVENTS])('as %s', async (accept) => {
  const client = new AbortController();
  const service = createCleanupService({
    artifacts: TEN,
    faults: ({ method }) => {
      if (method !== 'DELETE') return undefined;
      client.abort();
      return { delayMs: 200 };
    },
  });
  const { get } = await service.listen();
  const plan = await service.send(ALL);
  const request = requestOf({ ...ALL, apply: true }, { accept, 'if-match': tagOf(plan) });
  await get('/harbor/cleanup', { ...request, signal: client.signal })
    .then((answer) => answer.text())
    .catch(() => undefined);
  const end = await eventually(() => {
    const line = service.log.find(({ msg }) => msg === 'the cleanup has ended');
    expect(line).toBeDefined();
    return line;
  });
  const gone = service.standIn?.deletions.length ?? 0;

  expect(gone).toBeGreaterThan(0);
  expect(gone).toBeLessThanOrEqual(2);
  expect(end).toMatchObject({ deleted: gone, failed: 0 });
  expect(service.left()).toHaveLength(10 - gone);
});
