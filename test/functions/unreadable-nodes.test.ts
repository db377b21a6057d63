/** Every endpoint over nodes × every way in which a node can fail: it is unknown, and never empty. */
import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../shared/values/problem.ts';
import type { Fault } from '../support/faulty-bridges.ts';
import { FREE, HELD, over } from '../support/two-nodes.ts';

const UNREADABLE: readonly (readonly [Fault, ProblemCode])[] = [
  ['never answers', 'bridge_unavailable'],
  ['stops in the middle of an answer', 'bridge_unavailable'],
  ['breaks the connection', 'bridge_unavailable'],
  ['refuses connections', 'bridge_unavailable'],
  ['has an expired certificate', 'bridge_unavailable'],
  ['refuses the token', 'bridge_unauthorized'],
  ['answers garbage', 'bridge_bad_response'],
  ['answers HTML', 'bridge_bad_response'],
  ['answers another shape', 'bridge_bad_response'],
  ['answers an empty object', 'bridge_bad_response'],
  ['redirects to another host', 'bridge_bad_response'],
  ['has no crictl', 'crictl_not_found'],
  ['has a runtime that is down', 'runtime_unreachable'],
  ['reads an empty runtime', 'runtime_empty'],
  ['cannot tell which runtime has the pods', 'runtime_ambiguous'],
];

describe.each(UNREADABLE)('beside a node that %s', (fault, code) => {
  const unreadable = { name: 'bad', status: 'unreadable', error: { code } };
  const incomplete = {
    complete: false,
    nodes: [
      expect.objectContaining({ ...unreadable, error: expect.objectContaining({ code }) }),
      expect.objectContaining({ name: 'good', status: 'ok' }),
    ],
  };

  it('GET /nodes shows it without figures', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/nodes');

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({
      complete: false,
      nodes: [
        { ...unreadable, images: null, containers: null, reclaimable_bytes_max: null },
        { name: 'good', status: 'ok', images: 1, containers: 1 },
      ],
    });
  });

  it('GET /nodes/{node}/images answers its problem with its name', async () => {
    const { send } = await over(fault);

    const { answer, inTime } = await send('GET', '/nodes/bad/images');

    expect(inTime).toBe(true);
    expect(answer).toMatchObject({ code, detail: expect.stringContaining('bad') });
    expect(answer).not.toHaveProperty('images');
  });

  it('GET /compare says nothing about what it has and lacks', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/compare');

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({
      ...incomplete,
      common: [{ digest: HELD, nodes: ['good'], missing_on: [] }],
      partial: [],
      single: [],
      skew: [],
    });
  });

  it('GET /usage says that its uses may be missing', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/usage/shop/web/v1');

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({ ...incomplete, uses: [{ node: 'good', pod: 'web-v1' }] });
  });

  it('GET /drift says that its images may be missing', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/drift');

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({
      ...incomplete,
      images: expect.arrayContaining([
        expect.objectContaining({ status: 'in_sync', tag: 'v1', nodes: ['good'] }),
      ]),
    });
  });

  it('GET /harbor/unused is refused, and names it', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/harbor/unused');

    expect([status, inTime]).toEqual([409, true]);
    expect(answer).toMatchObject({
      code: 'usage_unknown',
      detail: expect.stringContaining('bad'),
    });
  });

  it('GET /harbor/unused?allow_partial=true says that it is partial', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send('GET', '/harbor/unused?allow_partial=true');

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({ ...incomplete, partial: true });
    expect(JSON.stringify(answer)).not.toContain(HELD);
  });

  it('the plan of a deletion has the blocker usage_unknown, which names it', async () => {
    const { send } = await over(fault);

    const { status, answer, inTime } = await send(
      'GET',
      '/harbor/artifacts/shop/web/v3/deletion-plan',
    );

    expect([status, inTime]).toEqual([200, true]);
    expect(answer).toMatchObject({
      ...incomplete,
      usage: 'unknown',
      blockers: [{ code: 'usage_unknown', detail: expect.stringContaining('bad') }],
    });
  });

  it('DELETE is refused, names it, and deletes nothing', async () => {
    const { send, registry } = await over(fault);

    const { status, answer, inTime } = await send('DELETE', '/harbor/artifacts/shop/web/v3');

    expect([status, inTime]).toEqual([409, true]);
    expect(answer).toMatchObject({
      code: 'usage_unknown',
      detail: expect.stringContaining('bad'),
    });
    expect(registry.artifact('shop', 'web', FREE)).toBeDefined();
  });

  it('POST /harbor/cleanup refuses to plan and to apply, and names it', async () => {
    const { send, registry } = await over(fault);
    const policy = { projects: ['shop'], tags: ['*'] };

    const tag = `"plan-${'A'.repeat(12)}.${'A'.repeat(12)}.1.${'A'.repeat(32)}"`;
    const refused = { code: 'usage_unknown', unreadable: ['bad'] };

    const plan = await send('POST', '/harbor/cleanup', { policy });
    const applied = await send('POST', '/harbor/cleanup', { policy, apply: true }, tag);

    expect([plan.status, plan.inTime]).toEqual([409, true]);
    expect(plan.answer).toMatchObject(refused);
    expect([applied.status, applied.inTime]).toEqual([409, true]);
    expect(applied.answer).toMatchObject(refused);
    expect(registry.artifact('shop', 'web', FREE)).toBeDefined();
  });
});
