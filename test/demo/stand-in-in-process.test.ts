import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { API, asking, MANY, rowsOf } from './asking.ts';
import { authorizationOf } from './recorded-registry.ts';

const VOLATILE = ['date', 'set-cookie', 'x-request-id', 'connection', 'keep-alive'];
const FRAMING = ['content-length', 'transfer-encoding', 'server'];

async function plain(answer: Response) {
  const headers = [...answer.headers].filter(
    ([name]) => !VOLATILE.includes(name) && !FRAMING.includes(name),
  );
  return { status: answer.status, headers, body: await answer.text() };
}

describe('the stand-in without a socket', () => {
  it.each([
    ['GET', '/api/v2.0/projects?page_size=3'],
    ['GET', `/api/v2.0${MANY}?page=2&with_accessory=true`],
    ['GET', '/api/v2.0/projects/team-a/repositories/apps%2Fweb%2Ffrontend/artifacts'],
    ['GET', '/api/v2.0/projects?q=a;b'],
    ['GET', '/'],
    ['HEAD', '/api/v2.0/projects?project_name=library'],
    ['DELETE', `/api/v2.0${MANY}/t001`],
    ['DELETE', `/api/v2.0${MANY}/nope`],
    ['PUT', '/api/v2.0/configurations'],
  ])('answers %s %s as it does on a socket', async (method, target) => {
    const headers = { Authorization: authorizationOf('admin') ?? '' };
    const body = method === 'PUT' ? '{"read_only":true}' : null;
    const init = { method, headers, body };
    const [one, other] = [asking().standIn, asking().standIn];
    const server = await one.listen();
    onTestFinished(() => server.close());

    const onSocket = await plain(await fetch(server.url + target, init));
    const inProcess = await plain(await other.fetch(new URL(target, API), init));

    expect(inProcess.status).toBe(onSocket.status);
    expect(inProcess.headers).toEqual(onSocket.headers);
    expect(inProcess.body.replaceAll('harbor.example.test', new URL(server.url).host)).toBe(
      onSocket.body,
    );
    expect(other.registry.readOnly).toBe(one.registry.readOnly);
  });

  it('is cut off in the middle of a body', async () => {
    const { ask } = asking({ faults: () => ({ cut: 'in-body' }) });

    const answer = await ask(MANY);

    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('hangs until its caller gives up', async () => {
    const { ask } = asking({ faults: () => ({ hang: true }) });
    const caller = new AbortController();

    const asked = ask('/projects', 'admin', { signal: caller.signal });
    await setImmediate();
    caller.abort(new Error('given up'));

    await expect(asked).rejects.toThrow('given up');
  });

  it('does not see a call whose caller gave up before it', async () => {
    const { ask, standIn } = asking();
    const signal = AbortSignal.abort(new Error('too late'));

    await expect(ask('/projects', 'admin', { signal })).rejects.toThrow('too late');

    expect(standIn.calls).toEqual([]);
  });

  it('numbers its calls and names the list and the page that each asks for', async () => {
    const { ask, standIn } = asking({ latencyMs: 10 });

    await ask('/projects?page=3&page_size=50');
    await ask(`${MANY}?page_size=1`);
    await ask('/projects/bulk/repositories');
    await ask('/statistics');

    const seen = standIn.calls.map(({ number, list, page }) => [number, list, page]);
    expect(seen).toEqual([
      [1, 'projects', 3],
      [2, 'artifacts', 1],
      [3, 'repositories', 1],
      [4, null, 1],
    ]);
    const [first, second] = standIn.calls.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBe(10);
  });

  it('serves many simultaneous callers with one clock', async () => {
    const { ask, now } = asking({ faults: ({ number }) => ({ delayMs: number * 1000 }) });
    const start = now();

    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(MANY)));

    const lengths = await Promise.all(answers.map(async (answer) => (await rowsOf(answer)).length));
    expect(new Set(lengths)).toEqual(new Set([10]));
    expect(now() - start).toBe(50_000);
  });
});
