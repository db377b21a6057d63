/** Every endpoint over nodes × every way in which a node can fail: it is unknown, and never empty. */
import { describe, expect, it } from 'vitest';
import { digestOf, Registry } from '../../demo/harbor/registry.ts';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import type { ProblemCode } from '../../shared/problem.ts';
import { bodyOf } from '../support/body.ts';
import { type Fault, type Rows, startFaultyBridge } from '../support/faulty-bridges.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { createRouter } from '../support/router.ts';

const WRITE_TOKEN = 'write-token';
const NAME = 'registry.example.test/shop/web';
const [HELD, LOST, FREE] = ['web v1', 'web v2', 'web v3'].map(digestOf) as [string, string, string];
const NODE_TIMEOUT_MS = 1000;
/** Far below the timeouts of calls without a deadline of nodes, and enough for a busy machine. */
const SOON_MS = 8000;

/** A node on which a container runs the artifact. */
function running(tag: string, digest: string): Rows {
  const id = digestOf(`config of ${tag}`).slice('sha256:'.length);
  return {
    images: [imageRow({ id, repo_tags: [`${NAME}:${tag}`], repo_digests: [`${NAME}@${digest}`] })],
    containers: [
      containerRow({ name: 'app', image_ref: id, pod: `web-${tag}`, namespace: 'shop' }),
    ],
  };
}

/** A router over a node that works and runs v1, and one that runs v2 and has a fault. */
async function over(fault: Fault) {
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [
      {
        name: 'shop',
        repositories: {
          web: [
            { digest: HELD, tags: ['v1'] },
            { digest: LOST, tags: ['v2'] },
            { digest: FREE, tags: ['v3'] },
          ],
        },
      },
    ],
  });
  const harbor = await createHarborStandIn({ registry }).listen();
  const good = await startFaultyBridge('works', running('v1', HELD));
  const bad = await startFaultyBridge(fault, running('v2', LOST));
  const { get } = createRouter({
    app_config: { write_token: WRITE_TOKEN },
    harbor_config: {
      harbor_host: harbor.url,
      harbor_username: 'admin',
      harbor_password: 'secret',
    },
    bridge_config: { bridge_token: 'bridge-token' },
    nodes_config: {
      nodes: { good: good.configured, bad: bad.configured },
      node_timeout_ms: NODE_TIMEOUT_MS,
    },
    webhook_config: { registry_aliases: ['registry.example.test'] },
  });
  const send = async (method: string, path: string, body?: object) => {
    const began = performance.now();
    const response = await get(path, {
      method,
      headers: {
        Authorization: `Bearer ${WRITE_TOKEN}`,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await bodyOf(response);
    return { status: response.status, answer, inTime: performance.now() - began < SOON_MS };
  };
  return { send, registry };
}

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
      expect.objectContaining(shown(unreadable)),
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

    const plan = await send('POST', '/harbor/cleanup', { policy });

    expect([plan.status, plan.inTime]).toEqual([409, true]);
    expect(plan.answer).toMatchObject({
      code: 'usage_unknown',
      detail: expect.stringContaining('bad'),
    });
    expect(registry.artifact('shop', 'web', FREE)).toBeDefined();
  });
});

describe('beside a node whose bridge is of the previous version', () => {
  const FAULT: Fault = 'is of the previous version';
  const outdated = { name: 'bad', status: 'ok', error: { code: 'bridge_outdated' } };
  const complete = {
    complete: true,
    nodes: [
      expect.objectContaining(shown(outdated)),
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

/** A node of an answer, whose error has a detail too. */
function shown<Node extends { readonly error: object }>(node: Node) {
  return { ...node, error: expect.objectContaining(node.error) };
}
