import { describe, expect, it } from 'vitest';
import { apiError, INTERNAL_ERROR } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { Problem } from '../../shared/values/problem.ts';
import { bodyOf, type JsonBody } from '../support/body.ts';
import {
  artifactsWith,
  BYSTANDER,
  type CleanupOptions,
  createCleanupService,
  digestOf,
  eventsIn,
  pulled,
  READ,
  running,
  tagOf,
} from '../support/cleanup.ts';
import type { NodesByName } from '../support/nodes.ts';

const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], ['v4']);
const KEEP_ONE = { policy: { keep_newest: 1 } };
const reader = { authorization: `Bearer ${READ}` };

/** A service in which a node runs v2 and has v3. */
function inUse(options: Partial<CleanupOptions> = {}) {
  const image = pulled(2);
  return createCleanupService({
    artifacts: FOUR,
    nodes: {
      'node-1': { images: [BYSTANDER] },
      'node-2': { images: [image, pulled(3)], containers: [running(image)] },
    },
    ...options,
  });
}

describe('POST /harbor/cleanup without apply', () => {
  it('answers the plan, and deletes nothing', async () => {
    const service = inUse();
    const plan = await service.send(KEEP_ONE, reader);

    expect(plan.status).toBe(200);
    expect(tagOf(plan)).toMatch(/^"plan-[\w-]{12}\.[\w-]{12}\.1\.[\w-]{32}"$/);
    expect(await bodyOf(plan)).toMatchObject({
      complete: true,
      applied: false,
      policy: null,
      candidates: [
        {
          project: 'shop',
          repository: 'web',
          digest: digestOf(1),
          tags: ['v1'],
          rules: ['keep_newest'],
          size_bytes: 1000,
        },
      ],
      size_bytes: 1000,
      kept_counts: { in_use: 1, present: 1, newest: 1 },
      kept: [],
      results: [],
    });
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('says with verbose what is kept, and why', async () => {
    const { kept } = await bodyOf(await inUse().send(KEEP_ONE, reader, '?verbose'));

    expect(kept).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          digest: digestOf(2),
          reason: 'in_use',
          detail: 'It is used by shop/web-7d9f (container app, running) on node-2.',
        }),
        expect.objectContaining({
          digest: digestOf(3),
          reason: 'present',
          detail: 'It is on node-2, and no container uses it.',
        }),
        expect.objectContaining({ digest: digestOf(4), reason: 'newest' }),
      ]),
    );
  });

  it('gives the same plan the same ETag, and another one another', async () => {
    const service = inUse();
    const [first, same, other] = await Promise.all([
      service.send(KEEP_ONE),
      service.send(KEEP_ONE),
      service.send({ policy: { keep_newest: 2 } }),
    ]);
    service.registry.push('shop', 'web', { tags: ['v5'] });
    const later = await service.send(KEEP_ONE, { 'cache-control': 'no-cache' });

    expect(tagOf(same)).toBe(tagOf(first));
    expect(tagOf(other)).not.toBe(tagOf(first));
    // v4 is no longer the newest.
    expect(tagOf(later)).not.toBe(tagOf(first));
  });

  it('takes the name of a policy of the configuration', async () => {
    const policies = { nightly: { keep_newest: 3 }, weekly: { untagged: 'only' } };
    const service = inUse({ config: { cleanup_config: { policies } } });
    const plan = await service.send({ policy: 'nightly' });

    expect(await bodyOf(plan)).toMatchObject({ policy: 'nightly', kept_counts: { newest: 3 } });
    expect((await bodyOf(await service.send({ policy: 'daily' })))['detail']).toBe(
      'There is no such policy. The policies of cleanup_config.policies are nightly, weekly.',
    );
    expect((await service.send({ policy: 'constructor' })).status).toBe(404);
  });

  it.each([
    [{ ...KEEP_ONE, aply: true }, 'aply'],
    [{ ...KEEP_ONE, apply: true, force: true }, 'force'],
    [{ policy: { keep_newest: 1, tag: ['v*'] } }, 'policy.tag'],
    [{ policy: {} }, 'policy'],
    [{}, 'policy'],
    [{ ...KEEP_ONE, reason: '' }, 'reason'],
    [{ ...KEEP_ONE, reason: 'x'.repeat(501) }, 'reason'],
    ['[]', 'body'],
    ['{', 'body'],
  ])('refuses %j and names %s', async (body, parameter) => {
    const answer = await inUse().send(body);

    expect(answer.status).toBe(422);
    expect((await bodyOf<{ errors: JsonBody[] }>(answer)).errors).toEqual([
      expect.objectContaining({ parameter }),
    ]);
  });

  it('refuses parameters in the query that it does not have, such as dry_run', async () => {
    const answer = await inUse().send(KEEP_ONE, {}, '?dry_run=true');

    expect(answer.status).toBe(422);
    expect(await bodyOf(answer)).toMatchObject({ errors: [{ parameter: 'dry_run' }] });
  });

  it('asks only for the projects that the policy names', async () => {
    const service = inUse();
    await service.send({ policy: { projects: ['shop'], keep_newest: 1 } });
    const asked = service.standIn?.calls.map(({ path }) => path) ?? [];

    expect(asked).toContainEqual(expect.stringContaining('/projects/shop/repositories'));
    expect(asked.filter((path) => /\/projects\?/.test(path))).toEqual([]);
  });
});

describe('POST /harbor/cleanup while the nodes are not all known', () => {
  it('refuses a plan and its application when one has only an earlier reading', async () => {
    const service = inUse({
      nodes: { 'node-1': { images: [BYSTANDER] }, 'node-2': { stale: { images: [pulled(1)] } } },
      config: { delete_config: { delete_guard: 'off' } },
    });
    const tag = `"plan-${'a'.repeat(12)}.${'b'.repeat(12)}.1.${'c'.repeat(32)}"`;
    const plan = await service.send(KEEP_ONE);
    const applied = await service.send({ ...KEEP_ONE, apply: true }, { 'if-match': tag });

    expect([plan.status, applied.status]).toEqual([409, 409]);
    expect(await bodyOf(plan)).toMatchObject({ code: 'usage_unknown', unreadable: ['node-2'] });
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('refuses when there are none', async () => {
    const answer = await bodyOf(await inUse({ nodes: {} }).send(KEEP_ONE));

    expect(answer).toMatchObject({
      code: 'usage_unknown',
      detail: expect.stringMatching(/^No nodes/),
    });
  });
});

describe('the right to clean up', () => {
  it.each([
    ['a plan', KEEP_ONE, 200],
    ['a plan that says so', { ...KEEP_ONE, apply: false }, 200],
    ['an application', { ...KEEP_ONE, apply: true }, 401],
    ['anything else', { ...KEEP_ONE, apply: 'yes' }, 401],
    ['nonsense', { nonsense: true }, 422],
  ])('with the right to read, %s', async (_, body, status) => {
    expect((await inUse().send(body, reader)).status).toBe(status);
  });

  it('without any token, nothing', async () => {
    expect((await inUse().send(KEEP_ONE, { authorization: '' })).status).toBe(401);
  });
});

/** Plans and applies. */
async function cleanUp(service: ReturnType<typeof createCleanupService>, body: object) {
  const plan = await service.send(body);
  const headers = { 'if-match': tagOf(plan) };
  return bodyOf(await service.send({ ...body, apply: true }, headers));
}

describe('POST /harbor/cleanup with apply', () => {
  it('needs the ETag of a plan', async () => {
    const service = inUse();
    const [without, star, other, list] = await Promise.all([
      service.send({ ...KEEP_ONE, apply: true }),
      service.send({ ...KEEP_ONE, apply: true }, { 'if-match': '*' }),
      service.send({ ...KEEP_ONE, apply: true }, { 'if-match': `"${digestOf(1)}"` }),
      service.send({ ...KEEP_ONE, apply: true }, { 'if-match': '"plan-a", "plan-b"' }),
    ]);

    expect([without.status, star.status, other.status, list.status]).toEqual([428, 428, 422, 422]);
    expect((await bodyOf(without))['code']).toBe('plan_required');
  });

  it('deletes what the plan lists, and nothing else', async () => {
    const service = inUse();
    const answer = await cleanUp(service, { ...KEEP_ONE, reason: 'no longer deployed' });

    expect(answer).toMatchObject({
      applied: true,
      deleted: 1,
      deleted_bytes: 1000,
      kept_now: 0,
      failed: 0,
      stopped: null,
      results: [{ digest: digestOf(1), outcome: 'deleted', code: null }],
    });
    expect(service.left()).toEqual([digestOf(2), digestOf(3), digestOf(4)]);
  });

  it.each(['on', 'off', 'auto'])('keeps what nodes hold with delete_guard %s', async (guard) => {
    const service = inUse({ config: { delete_config: { delete_guard: guard } } });
    const answer = await cleanUp(service, { policy: { tags: ['*'] } });

    expect(answer).toMatchObject({ deleted: 2, kept_counts: { in_use: 1, present: 1 } });
    expect(service.left()).toEqual([digestOf(2), digestOf(3)]);
  });

  it('says what has changed since the plan', async () => {
    const service = inUse();
    const plan = await service.send(KEEP_ONE);
    service.registry.push('shop', 'web', { digest: digestOf(9), tags: ['v9'] });
    const apply = { ...KEEP_ONE, apply: true };
    const byCandidates = await service.send(apply, { 'if-match': tagOf(plan) });
    const byPolicy = await service.send(
      { policy: { keep_newest: 5 }, apply: true },
      { 'if-match': tagOf(plan) },
    );
    service.nodes['node-3'] = { images: [BYSTANDER] };
    const byNodes = await service.send(apply, { 'if-match': tagOf(plan) });

    expect(byCandidates.status).toBe(412);
    expect(await bodyOf(byCandidates)).toMatchObject({
      code: 'plan_changed',
      changed: ['candidates'],
      detail: expect.stringContaining('other artifacts would be deleted (1 before, 2 now)'),
    });
    expect(await bodyOf(byPolicy)).toMatchObject({ changed: ['policy', 'candidates'] });
    expect(await bodyOf(byNodes)).toMatchObject({ changed: ['nodes', 'candidates'] });
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('keeps what a pod has begun to use, and what has gained a tag, since the plan', async () => {
    const image = pulled(1);
    const service = createCleanupService({
      artifacts: FOUR,
      nodes: { 'node-1': { images: [BYSTANDER] } },
      faults: ({ path }) => {
        // The application looks at its first artifact; the plan reads the manifests.
        if (path.includes(`/artifacts/${digestOf(1)}`)) {
          service.nodes['node-1'] = { images: [image], containers: [running(image)] };
          service.registry.push('shop', 'web', { digest: digestOf(2), tags: ['prod'] });
        }
        return undefined;
      },
    });
    const answer = await cleanUp(service, KEEP_ONE);

    expect(answer).toMatchObject({
      deleted: 1,
      kept_now: 2,
      results: expect.arrayContaining([
        expect.objectContaining({ digest: digestOf(1), outcome: 'kept', code: 'in_use' }),
        expect.objectContaining({ digest: digestOf(2), outcome: 'kept', code: 'plan_changed' }),
        expect.objectContaining({ digest: digestOf(3), outcome: 'deleted' }),
      ]),
    });
    expect(service.left()).toEqual([digestOf(1), digestOf(2), digestOf(4)]);
    // A cleanup has neither.
    expect(JSON.stringify(answer)).not.toMatch(/force=true|delete_guard/);
  });

  it('stops when a node of the plan is no longer there, as when its bridge leaves the DNS', async () => {
    const nodes: NodesByName = {
      'node-1': { images: [BYSTANDER] },
      'node-2': { images: [BYSTANDER] },
    };
    const service = createCleanupService({
      artifacts: FOUR,
      nodes,
      faults: ({ method }) => {
        if (method === 'DELETE') delete nodes['node-2'];
        return undefined;
      },
    });
    const answer = await cleanUp(service, { policy: { tags: ['*'] } });

    expect(answer).toMatchObject({
      failed: 0,
      stopped: { code: 'usage_unknown', detail: expect.stringContaining('node-2') },
    });
    expect(Number(answer['deleted']) + Number(answer['kept_now'])).toBe(4);
    expect(Number(answer['deleted'])).toBeLessThanOrEqual(2);
  });

  it('counts what Harbor fails to delete, and stops after four in a row', async () => {
    const service = createCleanupService({
      artifacts: artifactsWith(...Array.from({ length: 8 }, (_, index) => [`v${index}`])),
      faults: ({ method }) =>
        method === 'DELETE' ? { answer: apiError(403, 'FORBIDDEN', 'forbidden') } : undefined,
    });
    const answer = await cleanUp(service, { policy: { tags: ['*'] } });

    expect(answer).toMatchObject({ deleted: 0, stopped: { code: 'harbor_forbidden' } });
    expect(Number(answer['failed']) + Number(answer['kept_now'])).toBe(8);
    expect(Number(answer['failed'])).toBeLessThanOrEqual(5);
  });

  it('deletes each artifact once when it is applied twice at the same time', async () => {
    const service = createCleanupService({ artifacts: FOUR });
    const all = { policy: { tags: ['*'] } };
    const headers = { 'if-match': tagOf(await service.send(all)) };
    const apply = async () => bodyOf(await service.send({ ...all, apply: true }, headers));
    const answers = await Promise.all([apply(), apply()]);

    expect(service.standIn?.deletions).toHaveLength(4);
    expect(service.left()).toEqual([]);
    expect(answers.map(({ failed, stopped }) => [failed, stopped])).toEqual([
      [0, null],
      [0, null],
    ]);
    expect(answers.reduce((sum, { deleted }) => sum + Number(deleted), 0)).toBe(4);
  });

  it.each([
    ['that of the policy', {}, 'nightly builds'],
    ['that of the request before that of the policy', { reason: 'no space' }, 'no space'],
  ])('has as its reason %s', async (_, members, reason) => {
    const service = inUse();
    const policy = { ...KEEP_ONE.policy, reason: 'nightly builds' };
    const plan = await service.send(KEEP_ONE);
    const body = { policy, apply: true, ...members };
    const answer = await service.send(body, { 'if-match': tagOf(plan) });

    expect(answer.status).toBe(200);
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'a deletion of the cleanup', outcome: 'deleted', reason }),
    );
  });
});

describe('POST /harbor/cleanup as events', () => {
  const events = { accept: 'text/event-stream' };

  it('tells what is planned, what becomes of each artifact, and the end', async () => {
    const service = createCleanupService({ artifacts: FOUR });
    const plan = await service.send(KEEP_ONE);
    const answer = await service.send(
      { ...KEEP_ONE, apply: true },
      { ...events, 'if-match': tagOf(plan) },
    );
    const told = eventsIn(await answer.text());

    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(told.map(({ event }) => event)).toEqual([
      'planned',
      'deleted',
      'deleted',
      'deleted',
      'done',
    ]);
    expect(told[0]?.data).toMatchObject({
      applied: true,
      candidates: 3,
      size_bytes: 6000,
      etag: tagOf(plan),
    });
    expect(told.map(({ data }) => data['deleted'])).toEqual([undefined, 1, 2, 3, 3]);
    expect(told[4]?.data).toMatchObject({ deleted_bytes: 6000, kept_now: 0, failed: 0 });
  });

  it('tells a plan too', async () => {
    const answer = await inUse().send(KEEP_ONE, { ...reader, ...events });
    const told = eventsIn(await answer.text());

    expect(told.map(({ event }) => event)).toEqual(['planned', 'done']);
  });

  it('are refused as a problem before the first one', async () => {
    const answer = await inUse().send({ ...KEEP_ONE, apply: true }, events);

    expect(answer.status).toBe(428);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });
});

it('answers what the nodes are when they cannot be looked up', async () => {
  const service = inUse();
  const failing = new Problem('bridge_unavailable', 'No bridge is configured.');
  Object.assign(service.services.nodes, { read: () => Promise.reject(failing) });

  expect((await service.send(KEEP_ONE)).status).toBe(503);
});

describe('rules of immutable tags', () => {
  const project = { immutableTags: ['v*'] };
  const RULES = '/projects/shop/immutabletagrules';

  it('that cannot be read refuse the plan and its application', async () => {
    const service = createCleanupService({ artifacts: FOUR, project });
    const { standIn } = service;
    if (standIn === null) throw new Error('there is no Harbor');
    const tag = tagOf(await service.send(KEEP_ONE));
    standIn.outage = { table: 'immutable_tag_rule' };
    const answers = await Promise.all([
      service.send(KEEP_ONE, { 'cache-control': 'no-cache' }),
      service.send({ ...KEEP_ONE, apply: true }, { 'if-match': tag }),
    ]);

    expect(await Promise.all(answers.map(bodyOf))).toEqual(
      answers.map(() =>
        expect.objectContaining({
          code: 'harbor_error',
          detail: expect.stringMatching(/^Check Harbor's database .* immutable in shop,/),
        }),
      ),
    );
    expect(standIn.deletions).toEqual([]);
  });

  it.each(['before', 'after'])(
    'that cannot be read %s the artifacts refuse the plan',
    async (when) => {
      let looks = 0;
      const faults: Faults = ({ path }) => {
        if (!path.includes(RULES)) return undefined;
        looks += 1;
        return looks === (when === 'before' ? 1 : 2) ? { answer: INTERNAL_ERROR } : undefined;
      };
      const plan = await createCleanupService({ artifacts: FOUR, project, faults }).send(KEEP_ONE);
      expect(await bodyOf(plan)).toMatchObject({ code: 'harbor_error' });
    },
  );

  it('that cannot be read while the artifacts are listed refuse the plan, and the next one reads again', async () => {
    let isBroken = true;
    const faults: Faults = ({ list }) =>
      isBroken && list === 'artifacts'
        ? { failSubQueries: { of: ['immutable'], rows: (row) => row === 2 } }
        : undefined;
    const service = createCleanupService({ artifacts: FOUR, project, faults });
    const refused = await service.send(KEEP_ONE);
    expect(await bodyOf(refused)).toMatchObject({ code: 'harbor_error' });
    isBroken = false;
    const plan = await service.send(KEEP_ONE);
    expect(await bodyOf(plan)).toMatchObject({ candidates: [], rules_proven: true });
  });

  it('that the account may not read leave what Harbor marks, and the plan says so', async () => {
    const refusal = apiError(403, 'FORBIDDEN', 'forbidden');
    const faults: Faults = ({ path }) => (path.includes(RULES) ? { answer: refusal } : undefined);
    const options = { artifacts: FOUR, project };
    const proven = await createCleanupService(options).send(KEEP_ONE);
    const hidden = await createCleanupService({ ...options, faults }).send(KEEP_ONE);
    const found = { candidates: [], kept_counts: { immutable: 3, newest: 1 }, complete: true };
    expect(await bodyOf(proven)).toMatchObject({ ...found, rules_proven: true });
    expect(await bodyOf(hidden)).toMatchObject({ ...found, rules_proven: false });
  });
});
