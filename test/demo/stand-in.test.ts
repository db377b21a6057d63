import { afterEach, describe, expect, it } from 'vitest';
import { apiError, nginxError } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { GENERATED_ACCOUNT, generateRegistry } from '../../demo/harbor/generate.ts';
import { createHarborStandIn, type HarborStandIn } from '../../demo/harbor/stand-in.ts';
import { eventually } from '../support/eventually.ts';

const REPOSITORY = '/api/v2.0/projects/project-000/repositories/repository-000';
const ARTIFACT = `${REPOSITORY}/artifacts/v0-000`;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(faults?: Faults): Promise<{
  standIn: HarborStandIn;
  ask: (path: string, init?: RequestInit) => Promise<Response>;
}> {
  const registry = generateRegistry({ artifacts: 30, tags: 2 });
  const standIn = createHarborStandIn({ registry, ...(faults === undefined ? {} : { faults }) });
  const server = await standIn.listen();
  closers.push(server.close);
  const login = btoa(`${GENERATED_ACCOUNT.name}:${GENERATED_ACCOUNT.password}`);
  const headers = { Authorization: `Basic ${login}` };
  return { standIn, ask: (path, init) => fetch(server.url + path, { headers, ...init }) };
}

describe('the Harbor stand-in', () => {
  it('records each request with its raw target and its headers', async () => {
    const { standIn, ask } = await serve();

    await ask('/api/v2.0/projects?q=a%2Fb', { headers: { 'X-Request-Id': 'r-1' } });

    expect(standIn.calls).toMatchObject([
      { method: 'GET', path: '/api/v2.0/projects?q=a%2Fb', headers: { 'x-request-id': 'r-1' } },
    ]);
  });

  it('carries out one of several deletes of the same artifact', async () => {
    const { ask } = await serve();

    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(ARTIFACT, { method: 'DELETE' })),
    );

    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, ...Array.from({ length: 7 }, () => 404)]);
  });

  it('moves a tag that is pushed again, and lists the new artifact first', async () => {
    const { standIn, ask } = await serve();

    const pushed = standIn.registry.push('project-000', 'repository-000', { tags: ['v0-000'] });
    const rows = await (await ask(`${REPOSITORY}/artifacts?page_size=1`)).json();

    expect(rows).toMatchObject([{ digest: pushed.digest, tags: [{ name: 'v0-000' }] }]);
    expect(standIn.registry.artifact('project-000', 'repository-000', 'v0-001')?.tags).toHaveLength(
      1,
    );
  });

  it('shows a change in the next list', async () => {
    const { ask } = await serve();
    const before = await ask(`${REPOSITORY}/artifacts`);

    await ask(ARTIFACT, { method: 'DELETE' });
    const after = await ask(`${REPOSITORY}/artifacts`);

    expect(before.headers.get('x-total-count')).toBe('30');
    expect(after.headers.get('x-total-count')).toBe('29');
  });
});

describe('a fault', () => {
  it('answers instead of Harbor', async () => {
    const { ask } = await serve(() => ({ answer: nginxError(503) }));

    const answer = await ask('/api/v2.0/projects');

    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('503 Service Temporarily Unavailable');
  });

  it('has any status, headers and body', async () => {
    const answer = { ...apiError(429, 'TOO_MANY', 'slow down'), headers: { 'Retry-After': '7' } };
    const { ask } = await serve(() => ({ answer }));

    const got = await ask('/api/v2.0/projects');

    expect([got.status, got.headers.get('retry-after')]).toEqual([429, '7']);
  });

  it('does not change the registry by default', async () => {
    const { standIn, ask } = await serve(() => ({ answer: nginxError(504) }));

    await ask(ARTIFACT, { method: 'DELETE' });

    expect(standIn.registry.artifact('project-000', 'repository-000', 'v0-000')).toBeDefined();
  });

  it('lets a delete succeed whose answer never arrives', async () => {
    const { standIn, ask } = await serve(() => ({ cut: 'before-answer' }));

    await expect(ask(ARTIFACT, { method: 'DELETE' })).rejects.toThrow('fetch failed');

    expect(standIn.registry.artifact('project-000', 'repository-000', 'v0-000')).toBeUndefined();
  });

  it('cuts the connection in the middle of the body', async () => {
    const { ask } = await serve(() => ({ cut: 'in-body' }));

    const answer = await ask(`${REPOSITORY}/artifacts`);

    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('hangs until the caller disconnects', async () => {
    const { standIn, ask } = await serve(() => ({ hang: true }));
    const caller = new AbortController();

    const asking = ask('/api/v2.0/projects', { signal: caller.signal });
    await eventually(() => expect(standIn.calls).toHaveLength(1));
    caller.abort();

    await expect(asking).rejects.toThrow('aborted');
  });

  it('serves the caller as anonymous', async () => {
    const { ask } = await serve(() => ({ anonymous: true }));

    const answer = await ask(`${REPOSITORY}/artifacts`);

    expect(answer.status).toBe(401);
  });

  it('changes the regular answer', async () => {
    const { ask } = await serve(() => ({ change: (answer) => ({ ...answer, body: '[]\n' }) }));

    const answer = await ask(`${REPOSITORY}/artifacts`);

    expect(await answer.json()).toEqual([]);
    expect(answer.headers.get('x-total-count')).toBe('30');
  });
});
