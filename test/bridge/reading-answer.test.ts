import { expect, it } from 'vitest';
import { createBridgeApp } from '../../bridge/server.ts';
import { noBridge } from '../../shared/ports/no-bridge.ts';
import { configurationOf } from '../support/configuration.ts';
import { imageRow } from '../support/host-rows.ts';
import { memoryLog } from '../support/log.ts';

const ROWS = [imageRow({ id: 'a'.repeat(64) })];
const SOCKETS = ['/run/one.sock', '/run/other.sock'];

it('the same rows of a later run keep their tag, unless it is in doubt whose they are', async () => {
  const runs = [
    { rows: ROWS, startedAtMs: 1000, ageMs: 0 },
    { rows: ROWS, startedAtMs: 2000, ageMs: 0 },
    { rows: ROWS, startedAtMs: 3000, ageMs: 0, ambiguous: SOCKETS },
  ];
  const bridge = { ...noBridge, images: async () => runs.shift() ?? Promise.reject(new Error()) };
  const app = createBridgeApp({
    bridge,
    configuration: configurationOf({}),
    logger: memoryLog().logger,
  });
  const ask = async () => {
    const res = await app.request('/v1/images');
    return { etag: res.headers.get('etag'), body: await res.json() };
  };

  const [first, same, doubted] = [await ask(), await ask(), await ask()];
  expect(first.body).toEqual({ started_at_ms: 1000, images: ROWS });
  expect(same).toEqual({ etag: first.etag, body: { started_at_ms: 2000, images: ROWS } });
  expect(doubted.body).toEqual({ started_at_ms: 3000, ambiguous: SOCKETS, images: ROWS });
  expect(doubted.etag).not.toBe(first.etag);
});
