import { describe, expect, it } from 'vitest';
import type { Faults } from '../../demo/harbor/faults.ts';
import { GENERATED_ACCOUNT, manyRepositories } from '../../demo/harbor/generate.ts';
import { createProcessMetrics } from '../../shared/node/metrics/process-metrics.ts';
import { eventually } from '../support/eventually.ts';
import { createRouter } from '../support/router.ts';
import { createService } from '../support/service.ts';
import { startStranger } from '../support/stranger.ts';

const CALLS = 'upstream_request_duration_seconds';
const LIST = 'GET /projects/{project}/repositories';

function harbor(faults?: Faults) {
  const { name: harbor_username, password: harbor_password } = GENERATED_ACCOUNT;
  return createService({
    harbor: { registry: manyRepositories(250), ...(faults && { faults }) },
    config: { harbor_config: { harbor_username, harbor_password } },
  });
}

/** Counts and sums of a histogram, by their labels. */
async function valuesOf(
  get: (path: string) => Promise<Response>,
  name: string,
  part: 'count' | 'sum' = 'count',
) {
  const text = await (await get('/metrics')).text();
  const lines = text.matchAll(new RegExp(`^image_api_${name}_${part}\\{(.*)\\} (.*)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, labels, value]) => [labels, Number(value)]));
}

const call = (target: string, operation: string, outcome: string) =>
  `target="${target}",operation="${operation}",outcome="${outcome}"`;

describe('the metrics of calls', () => {
  it('name the template of a path of Harbor, and never a name', async () => {
    const { get } = harbor();
    await get('/harbor/repositories/project-000');
    await get('/harbor/artifacts/project-000/repository-000');
    await get('/harbor/artifacts/project-000/repository-001');
    const labels = Object.keys(await valuesOf(get, CALLS));
    expect(labels).toContain(call('harbor', LIST, 'ok'));
    const artifacts = 'GET /projects/{project}/repositories/{repository}/artifacts';
    expect(labels).toContain(call('harbor', artifacts, 'ok'));
    expect(labels.filter((one) => /project-|repository-/.test(one))).toEqual([]);
  });

  it('count each try, with the code of its problem', async () => {
    const { get } = harbor(({ number }) =>
      number === 1 ? { answer: { status: 502, body: '<html>' } } : undefined,
    );
    expect((await get('/harbor/repositories/project-000')).status).toBe(200);
    const labels = Object.keys(await valuesOf(get, CALLS));
    expect(labels.filter((one) => one.includes('outcome="harbor_unreachable"'))).toHaveLength(1);
  });

  it('tell how many calls and pages an answer needed', async () => {
    const { get, standIn } = harbor();
    await get('/harbor/repositories/project-000');
    await get('/livez');
    const route = 'route="/harbor/repositories/{project}"';
    const calls = await valuesOf(get, 'harbor_calls_per_answer', 'sum');
    expect(calls).toEqual({ [route]: standIn?.calls.length });
    expect(await valuesOf(get, 'harbor_pages_per_answer', 'sum')).toEqual({ [route]: 3 });
    expect(await valuesOf(get, 'harbor_pages_per_answer')).toEqual({ [route]: 1 });
  });

  it('have the calls that nobody waits for any more as aborted', async () => {
    const { get, standIn, app } = harbor(({ list }) =>
      list === null ? undefined : { delayMs: 60_000 },
    );
    const leaving = new AbortController();
    const url = 'http://localhost/harbor/repositories/project-000';
    const answered = app.request(url, { signal: leaving.signal, headers: { host: 'localhost' } });
    await eventually(() => expect(standIn?.calls.some(({ list }) => list !== null)).toBe(true));
    leaving.abort();
    await answered;
    expect(await valuesOf(get, CALLS)).toMatchObject({ [call('harbor', LIST, 'aborted')]: 1 });
  });

  it('have those of bridges and of functions that are deployed elsewhere', async () => {
    const { url } = await startStranger(({ target }, outgoing) =>
      target.startsWith('/v1/')
        ? outgoing.writeHead(500).end()
        : outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
    );
    const { get } = createRouter(
      {
        bridge_config: { bridge_url: url, bridge_token: 'bridge-token-of-test' },
        router_config: { function_urls: { 'harbor-projects': url } },
      },
      { metrics: createProcessMetrics() },
    );
    await get('/local-images');
    await get('/harbor/projects');
    expect(await valuesOf(get, CALLS)).toEqual({
      [call('bridge', 'GET /v1/images', 'bridge_bad_response')]: 1,
      [call('function', 'GET /harbor/projects', 'ok')]: 1,
    });
  });
});
