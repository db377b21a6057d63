/** A cleanup that is told as events: they arrive while it works, and when the client leaves, it ends. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { freePort } from '../real/free-port.ts';
import { startBridge } from '../support/bridge.ts';
import { artifactsWith, requestOf, tagOf, WRITE } from '../support/cleanup.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type Start, startOnBun, startOnDeno, startOnNode, startOnWorkerd } from './platforms.ts';

const ALL = { policy: { tags: ['*'] } };
const TEN = artifactsWith(...Array.from({ length: 10 }, (_, index) => [`v${index}`]));
const DELETE_MS = 300;

/** The function on a runtime, over a Harbor that deletes slowly. */
async function startCleanup(start: Start) {
  const registry = keptRegistry([{ name: 'shop', repositories: { web: TEN } }]);
  const faults = ({ method }: { readonly method: string }) =>
    method === 'DELETE' ? { delayMs: DELETE_MS } : undefined;
  const standIn = createHarborStandIn({ registry, faults });
  const harbor = await standIn.listen();
  onTestFinished(() => harbor.close());
  const bridge_listen = `127.0.0.1:${await freePort()}`;
  const bridge_token = 'token-of-the-bridge';
  await startBridge({ bridge_config: { bridge_listen, bridge_token } });
  const program = await start('harbor-cleanup', {
    HARBOR_HOST: harbor.url,
    HARBOR_USERNAME: LOGIN.harbor_username,
    HARBOR_PASSWORD: LOGIN.harbor_password,
    BRIDGE_URL: `http://${bridge_listen}`,
    BRIDGE_TOKEN: bridge_token,
    WRITE_TOKEN: WRITE,
  });
  onTestFinished(() => program.stop());
  const url = `http://127.0.0.1:${program.port}/harbor/cleanup`;
  const plan = await fetch(url, requestOf(ALL));
  const headers = { accept: 'text/event-stream', 'if-match': tagOf(plan) };
  const left = () => registry.repository('shop', 'web')?.artifacts.size ?? 0;
  return {
    apply: (init: RequestInit = {}) =>
      fetch(url, { ...requestOf({ ...ALL, apply: true }, headers), ...init }),
    left,
  };
}

describe('the events of a cleanup', () => {
  it.each([
    ['workerd', startOnWorkerd],
    ['Deno', startOnDeno],
    ['Bun', startOnBun],
    ['Node', startOnNode(process.execPath)],
  ])(
    'arrive while it works on %s, and when the client leaves, nothing new begins',
    async (_, start) => {
      const { apply, left } = await startCleanup(start);
      const client = new AbortController();
      const answer = await apply({ signal: client.signal });
      const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      while (!text.includes('event: deleted')) text += (await reader?.read())?.value ?? '';
      const leftThen = left();
      client.abort();
      await new Promise((resolve) => setTimeout(resolve, 8 * DELETE_MS));
      const leftLater = left();

      expect(answer.headers.get('content-type')).toBe('text/event-stream');
      expect(leftThen).toBeGreaterThanOrEqual(7);
      // Two are under way, and workerd notices with the next event that the client has left.
      expect(leftThen - leftLater).toBeLessThanOrEqual(4);
    },
  );
});
