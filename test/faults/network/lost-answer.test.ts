/** A client or a router loses the answer of a deletion that goes on: whoever asks the journal learns its outcome. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { createHarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { freePort } from '../../real/free-port.ts';
import { bodyOf } from '../../support/body.ts';
import type { AtEnd } from '../../support/folder.ts';
import { startProcess } from '../../support/processes.ts';
import {
  LOGIN,
  registryOf,
  serveHarbor,
  startHarborService,
  WRITE_TOKEN,
} from '../harbor-service.ts';
import { recovery } from '../recovery.ts';
import { startToxiproxy, type ToxicProxy } from '../toxiproxy.ts';
import { begin, end, type NetworkFault } from './network-faults.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const MOMENT_MS = 500;
const FAULTS: readonly NetworkFault[] = [
  'answers vanish',
  'connections are reset',
  'connections are refused',
];

/** A service that deletes, a proxy in front of it, and the fault of that proxy when Harbor gets the DELETE. */
async function breakingInFront(fault: NetworkFault, atEnd: AtEnd) {
  const registry = registryOf([
    { name: 'team', repositories: { web: [{ digest: DIGEST, tags: ['v1'] }] } },
  ]);
  let broken: Promise<void> | null = null;
  /** The client leaves a moment after the fault has begun. */
  const leaving = new AbortController();
  const proxies: ToxicProxy[] = [];
  const standIn = createHarborStandIn({
    registry,
    // A delayed call goes on once the fault has begun.
    clock: { now: Date.now, sleep: () => broken ?? Promise.resolve() },
    faults: ({ method }) => {
      if (method !== 'DELETE') return undefined;
      broken ??= begin(fault, proxies);
      void broken.then(() => sleep(MOMENT_MS)).then(() => leaving.abort());
      return { delayMs: 1 };
    },
  });
  const harbor = await serveHarbor(standIn, atEnd);
  const service = await startHarborService({
    config: {
      harbor_config: {
        harbor_host: harbor.url,
        ...LOGIN,
      },
    },
    atEnd,
  });
  const proxy = await (await startToxiproxy(atEnd)).between(service.url);
  proxies.push(proxy);
  return {
    ...service,
    standIn,
    front: proxy.url,
    heal: () => end(proxies),
    signal: leaving.signal,
  };
}

const deletion = { method: 'DELETE', headers: { authorization: `Bearer ${WRITE_TOKEN}` } };
const PATH = `/harbor/artifacts/team/web/${DIGEST}`;

describe.concurrent('the answer of a deletion is lost', () => {
  it.for(FAULTS)('before its client: %s', async (fault, { expect, onTestFinished }) => {
    const service = await breakingInFront(fault, onTestFinished);
    const lost = fetch(service.front + PATH, { ...deletion, signal: service.signal });
    await expect(lost).rejects.toThrow();

    await service.heal();
    await recovery(`the answer for the client was lost: ${fault}`, async () =>
      expect(await service.rows()).toMatchObject([{ digest: DIGEST, outcome: 'deleted' }]),
    );
    expect(service.standIn.deletions).toMatchObject([{ digest: DIGEST }]);
    const again = await fetch(service.front + PATH, deletion);
    expect([again.status, (await bodyOf(again)).code]).toEqual([404, 'harbor_not_found']);
  });

  it.for(FAULTS)(
    'before a router that called the function: %s',
    async (fault, { expect, onTestFinished }) => {
      const service = await breakingInFront(fault, onTestFinished);
      const app_port = await freePort();
      const router = startProcess('router', {
        config: {
          app_config: { app_port, write_token: WRITE_TOKEN },
          router_config: {
            function_urls: { 'delete-harbor-artifact': service.front },
            function_timeout_ms: 5000,
          },
        },
        atEnd: onTestFinished,
      });
      await router.listening;
      const answer = await fetch(`http://127.0.0.1:${app_port}${PATH}`, deletion);

      const { code, outcome } = await bodyOf(answer);
      // A proxy that swallows the answer closes the connection in the end, perhaps before the timeout.
      expect(code).toMatch(/^function_(timeout|unavailable)$/);
      expect(outcome).toBe('unknown');
      await service.heal();
      await recovery(`the answer for the router was lost: ${fault}`, async () =>
        expect(await service.rows()).toMatchObject([{ digest: DIGEST, outcome: 'deleted' }]),
      );
      expect(service.standIn.deletions).toMatchObject([{ digest: DIGEST }]);
    },
  );
});
