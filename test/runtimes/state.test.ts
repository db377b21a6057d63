import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { sendTo } from '../contract/answers.ts';
import { environmentOf } from '../contract/secrets.ts';
import { startUpstreams, type Upstreams } from '../contract/upstreams.ts';
import { serveWorkerd, startOnWorkerd } from './platforms.ts';

/** workerd's messages if something is passed from one request to another. */
const CROSSED = /request that has since ended|code had hung|different request/i;

const TARGETS = [
  '/local-images',
  '/harbor/projects?q=a',
  '/harbor/repositories/platform',
  '/harbor/artifacts/platform/apps/web/frontend',
  '/images',
  '/readyz?verbose',
];
const ROUNDS = 5;
const AT_ONCE = 48;

/** The number of simultaneous requests. Every eighth one meets a slow Harbor and disconnects. */
async function round(port: number): Promise<{ readonly [status: number]: number }> {
  const statuses: Record<number, number> = {};
  const one = async (index: number) => {
    const target = TARGETS[index % TARGETS.length] ?? '/';
    const hangsUp = index % 8 === 7;
    const headers = { 'X-Request-Id': `${hangsUp ? 'harbor-slow' : 'fine'}.${index}` };
    const signal = hangsUp ? AbortSignal.timeout(50) : undefined;
    const sent = { method: 'GET', target, headers };
    const { status } = await sendTo(port, sent, signal).catch(() => ({ status: 0 }));
    if (!hangsUp) statuses[status] = (statuses[status] ?? 0) + 1;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => one(index)));
  return statuses;
}

describe('nothing crosses from one request to another on workerd', () => {
  let upstreams: Upstreams;
  beforeAll(async () => {
    upstreams = await startUpstreams();
  });
  afterAll(() => upstreams.close());

  it('under load, with clients that hang up and a limit that requests wait for', async () => {
    const environment = {
      ...upstreams.environment,
      ...upstreams.trust.runtime,
      ...environmentOf('open'),
      HARBOR_CONCURRENCY: '1',
    };
    const program = await startOnWorkerd('router', {
      ...environment,
      HARBOR_TIMEOUT_MS: '10000',
      CRICTL_TIMEOUT_MS: '10000',
    });
    onTestFinished(() => program.stop());
    for (let count = 1; count <= ROUNDS; count++) {
      expect(await round(program.port)).toEqual({ 200: AT_ONCE - AT_ONCE / 8 });
    }
    expect(program.output()).not.toMatch(CROSSED);
  });

  it('which workerd would report, as it does for a shared promise', async () => {
    const folder = 'test/runtimes/fixtures';
    const program = await serveWorkerd(`${folder}/shared-promise.capnp`, 'config');
    onTestFinished(() => program.stop());
    expect(await round(program.port)).not.toEqual({ 200: AT_ONCE - AT_ONCE / 8 });
    expect(program.output()).toMatch(CROSSED);
  });
});
