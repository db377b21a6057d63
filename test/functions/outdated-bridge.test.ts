/** Every endpoint over nodes, beside a node whose bridge is of the previous version: what it says counts. */
import { describe, expect, it } from 'vitest';
import type { Fault } from '../support/faulty-bridges.ts';
import { FREE, LOST, over } from '../support/two-nodes.ts';

describe('beside a node whose bridge is of the previous version', () => {
  const FAULT: Fault = 'is of the previous version';
  const outdated = { name: 'bad', status: 'ok', error: { code: 'bridge_outdated' } };
  const complete = {
    complete: true,
    nodes: [
      expect.objectContaining({ ...outdated, error: expect.objectContaining(outdated.error) }),
      expect.objectContaining({ name: 'good', status: 'ok' }),
    ],
  };

  it('GET /nodes shows its figures, without its runtime', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/nodes');

    expect(answer).toMatchObject({
      complete: true,
      nodes: [{ ...outdated, runtime: null, images: 1, containers: 1 }, { name: 'good' }],
    });
  });

  it('GET /nodes/{node}/images lists its images, without pods', async () => {
    const { send } = await over(FAULT);

    const { status, answer } = await send('GET', '/nodes/bad/images');

    expect(status).toBe(200);
    expect(answer).toMatchObject({
      images: [{ tag: 'v2', in_use: true, containers: [{ pod: null, container: 'app' }] }],
    });
  });

  it('GET /compare counts its images', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/compare');

    expect(answer).toMatchObject({
      ...complete,
      common: [],
      single: [
        { nodes: expect.anything(), missing_on: expect.anything() },
        { nodes: expect.anything(), missing_on: expect.anything() },
      ],
    });
  });

  it('GET /usage finds its containers', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/usage/shop/web/v2');

    expect(answer).toMatchObject({
      ...complete,
      uses: [{ node: 'bad', pod: null, container: 'app', state: 'running', match: 'artifact' }],
    });
  });

  it('GET /drift compares its images', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/drift?node=bad');

    expect(answer).toMatchObject({
      complete: true,
      nodes: [outdated],
      images: [{ status: 'in_sync', tag: 'v2', nodes: ['bad'], running: true }],
    });
  });

  it('GET /harbor/unused leaves out what it holds', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/harbor/unused');

    expect(answer).toMatchObject({ ...complete, partial: false, artifacts: [{ digest: FREE }] });
  });

  it('the plan of a deletion names it', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('GET', '/harbor/artifacts/shop/web/v2/deletion-plan');

    expect(answer).toMatchObject({
      ...complete,
      usage: 'in_use',
      blockers: [{ code: 'in_use', detail: expect.stringContaining('bad') }],
    });
  });

  it('DELETE refuses what it uses', async () => {
    const { send, registry } = await over(FAULT);

    const { status, answer } = await send('DELETE', '/harbor/artifacts/shop/web/v2');

    expect(status).toBe(409);
    expect(answer).toMatchObject({ code: 'in_use', detail: expect.stringContaining('bad') });
    expect(registry.artifact('shop', 'web', LOST)).toBeDefined();
  });

  it('POST /harbor/cleanup keeps what it uses', async () => {
    const { send } = await over(FAULT);

    const { answer } = await send('POST', '/harbor/cleanup', {
      policy: { projects: ['shop'], tags: ['*'] },
    });

    expect(answer).toMatchObject({ candidates: [{ digest: FREE }], kept_counts: { in_use: 2 } });
  });
});
