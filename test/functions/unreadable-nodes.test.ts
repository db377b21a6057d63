/** Every endpoint over nodes × every way in which a node can fail: it is unknown, and never empty. */
import { expect, it } from 'vitest';
import type { ProblemCode } from '../../shared/values/problem.ts';
import type { Fault } from '../support/faulty-bridges.ts';
import { FREE, HELD, LOST, over } from '../support/two-nodes.ts';

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

const POLICY = { projects: ['shop'], tags: ['*'] };
const PLAN_TAG = `"plan-${'A'.repeat(12)}.${'A'.repeat(12)}.1.${'A'.repeat(32)}"`;

const named = (text: string) => expect.stringContaining(text);
const like = (fields: object) => expect.objectContaining(fields);

/** The answers of all endpoints, by their requests. */
async function answersBeside(fault: Fault, used: string, tag = used) {
  const { send, registry } = await over(fault);
  const answers = Object.fromEntries(
    await Promise.all(
      [
        'GET /nodes',
        'GET /nodes/bad/images',
        'GET /compare',
        `GET /usage/shop/web/${used}`,
        'GET /drift',
        'GET /harbor/unused',
        'GET /harbor/unused?allow_partial=true',
        `GET /harbor/artifacts/shop/web/${tag}/deletion-plan`,
        `DELETE /harbor/artifacts/shop/web/${tag}`,
      ].map(async (request) => {
        const [method = '', path = ''] = request.split(' ');
        return [request, await send(method, path)] as const;
      }),
    ),
  );
  const plan = await send('POST', '/harbor/cleanup', { policy: POLICY });
  const applied = await send('POST', '/harbor/cleanup', { policy: POLICY, apply: true }, PLAN_TAG);
  return { answers, plan, applied, registry };
}

it.each(UNREADABLE)(
  'beside a node that %s, it is unknown to every endpoint',
  async (fault, code) => {
    const { answers, plan, applied, registry } = await answersBeside(fault, 'v1', 'v3');

    const unreadable = { name: 'bad', status: 'unreadable', error: like({ code }) };
    const incomplete = {
      complete: false,
      nodes: [like(unreadable), like({ name: 'good', status: 'ok' })],
    };
    const refused = {
      status: 409,
      inTime: true,
      answer: { code: 'usage_unknown', detail: named('bad') },
    };
    const shown = (answer: object) => ({ status: 200, inTime: true, answer });
    expect(answers).toMatchObject({
      'GET /nodes': shown({
        complete: false,
        nodes: [
          { ...unreadable, images: null, containers: null, reclaimable_bytes_max: null },
          { name: 'good', status: 'ok', images: 1, containers: 1 },
        ],
      }),
      'GET /nodes/bad/images': {
        inTime: true,
        answer: { code, detail: named('bad') },
      },
      'GET /compare': shown({
        ...incomplete,
        common: [{ digest: HELD, nodes: ['good'], missing_on: [] }],
        partial: [],
        single: [],
        skew: [],
      }),
      'GET /usage/shop/web/v1': shown({ ...incomplete, uses: [{ node: 'good', pod: 'web-v1' }] }),
      'GET /drift': shown({
        ...incomplete,
        images: expect.arrayContaining([like({ status: 'in_sync', tag: 'v1', nodes: ['good'] })]),
      }),
      'GET /harbor/unused': refused,
      'GET /harbor/unused?allow_partial=true': shown({
        ...incomplete,
        partial: true,
        artifacts: expect.not.arrayContaining([like({ digest: HELD })]),
      }),
      'GET /harbor/artifacts/shop/web/v3/deletion-plan': shown({
        ...incomplete,
        usage: 'unknown',
        blockers: [{ code: 'usage_unknown', detail: named('bad') }],
      }),
      'DELETE /harbor/artifacts/shop/web/v3': refused,
    });
    const cleanup = {
      status: 409,
      inTime: true,
      answer: { code: 'usage_unknown', unreadable: ['bad'] },
    };
    expect([plan, applied]).toMatchObject([cleanup, cleanup]);
    expect(answers['GET /nodes/bad/images']?.answer).not.toHaveProperty('images');
    expect(registry.artifact('shop', 'web', FREE)).toBeDefined();
  },
);

it('beside a node whose bridge is of the previous version, what it says counts', async () => {
  const { answers, plan, registry } = await answersBeside('is of the previous version', 'v2');

  const outdated = { name: 'bad', status: 'ok', error: like({ code: 'bridge_outdated' }) };
  const complete = {
    complete: true,
    nodes: [like(outdated), like({ name: 'good', status: 'ok' })],
  };
  const container = { pod: null, container: 'app' };
  expect(answers).toMatchObject({
    'GET /nodes': {
      answer: {
        complete: true,
        nodes: [{ ...outdated, runtime: null, images: 1, containers: 1 }, { name: 'good' }],
      },
    },
    'GET /nodes/bad/images': {
      status: 200,
      answer: { images: [{ tag: 'v2', in_use: true, containers: [container] }] },
    },
    'GET /compare': {
      answer: {
        ...complete,
        common: [],
        single: expect.arrayContaining([like({ nodes: ['bad'] }), like({ nodes: ['good'] })]),
      },
    },
    'GET /usage/shop/web/v2': {
      answer: {
        ...complete,
        uses: [{ ...container, node: 'bad', state: 'running', match: 'artifact' }],
      },
    },
    'GET /drift': {
      answer: {
        ...complete,
        images: expect.arrayContaining([
          like({ status: 'in_sync', tag: 'v2', nodes: ['bad'], running: true }),
        ]),
      },
    },
    'GET /harbor/unused': {
      answer: { ...complete, partial: false, artifacts: [{ digest: FREE }] },
    },
    'GET /harbor/artifacts/shop/web/v2/deletion-plan': {
      answer: {
        ...complete,
        usage: 'in_use',
        blockers: [{ code: 'in_use', detail: named('bad') }],
      },
    },
    'DELETE /harbor/artifacts/shop/web/v2': {
      status: 409,
      answer: { code: 'in_use', detail: named('bad') },
    },
  });
  expect(plan.answer).toMatchObject({ candidates: [{ digest: FREE }], kept_counts: { in_use: 2 } });
  expect(registry.artifact('shop', 'web', LOST)).toBeDefined();
});
