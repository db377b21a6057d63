import { describe, expect, it } from 'vitest';
import { apiError, INTERNAL_ERROR } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import type { Outage } from '../../demo/harbor/outage.ts';
import type { Registry } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { bodyOf } from '../support/body.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService, type Service } from '../support/service.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'9'.repeat(64)}`;
const SBOM = `sha256:${'5'.repeat(64)}`;
const SIGNATURE = `sha256:${'6'.repeat(64)}`;

function registry(): Registry {
  return keptRegistry([
    {
      name: 'team',
      repositories: {
        web: [{ digest: WEB, tags: ['v1'] }],
        signed: [
          {
            tags: ['v1'],
            accessories: [
              {
                type: 'sbom.harbor',
                digest: SBOM,
                accessories: [{ type: 'signature.cosign', digest: SIGNATURE }],
              },
            ],
          },
        ],
        'web/deletion-plan': [{ digest: OTHER, tags: ['v9'] }],
      },
    },
    { name: 'mirror', repositories: { 'a/web': [{ digest: WEB, tags: ['x'] }] } },
  ]);
}

const web = imageRow({ id: 'a'.repeat(64), repo_digests: [`r.test/team/web@${WEB}`] });
const bystander = imageRow({ id: 'b'.repeat(64), repo_digests: [`r.test/x/y@${OTHER}`] });
const pod = containerRow({
  name: 'app',
  namespace: 'shop',
  pod: 'web-7d9f',
  image_ref: `sha256:${'a'.repeat(64)}`,
  created_at: '2026-11-02T09:00:00Z',
});

interface Setup {
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
}

function service({ nodes, harbor }: Setup = {}) {
  const byName: NodesByName = nodes ?? {
    'node-1': { images: [bystander] },
    'node-2': { images: [bystander] },
  };
  const running = createService({
    harbor: { registry: registry(), ...harbor },
    nodes: nodesOf(byName),
    config: {
      app_config: { write_token: { ci: 'write-token-of-test' }, read_token: 'read-token-of-test' },
      harbor_config: LOGIN,
    },
  });
  return { ...running, byName };
}

const READ = { authorization: 'Bearer read-token-of-test' };
const WRITE = { authorization: 'Bearer write-token-of-test' };

async function plan(running: Service, path: string, headers: Record<string, string> = {}) {
  const res = await running.get(`/harbor/artifacts/${path}`, { headers: { ...READ, ...headers } });
  return { status: res.status, etag: res.headers.get('etag') ?? '', body: await bodyOf(res) };
}

async function remove(running: Service, path: string, headers: Record<string, string> = {}) {
  const init = { method: 'DELETE', headers: { ...WRITE, ...headers } };
  const res = await running.get(`/harbor/artifacts/${path}`, init);
  return { status: res.status, etag: res.headers.get('etag') ?? '', body: await bodyOf(res) };
}

const deletes = ({ standIn }: Service) =>
  (standIn?.calls ?? []).filter(({ method }) => method === 'DELETE');

describe('GET …/deletion-plan', () => {
  it('answers all that a deletion would do, and what prevents it', async () => {
    const running = service({
      nodes: { 'node-1': { images: [web], containers: [pod] }, 'node-2': { images: [web] } },
    });
    const { status, body, etag } = await plan(running, 'team/web/v1/deletion-plan');
    expect(status).toBe(200);
    expect(etag).toMatch(/^"plan-[\w-]+"$/);
    expect(body).toEqual({
      project: 'team',
      repository: 'web',
      reference: 'v1',
      digest: WEB,
      tags: ['v1'],
      children: [],
      accessories: [],
      size_bytes: expect.any(Number),
      usage: 'in_use',
      request_id: expect.any(String),
      blockers: [{ code: 'in_use', detail: expect.stringContaining('shop/web-7d9f') }],
      complete: true,
      nodes: [
        expect.objectContaining({ name: 'node-1', status: 'ok' }),
        expect.objectContaining({ name: 'node-2', status: 'ok' }),
      ],
      indexes: [],
      immutable_tags: [],
      rules_proven: true,
      read_only: false,
      uses: [
        {
          node: 'node-1',
          namespace: 'shop',
          pod: 'web-7d9f',
          container: 'app',
          state: 'running',
          since: '2026-11-02T09:00:00Z',
          match: 'artifact',
          image: `r.test/team/web@${WEB}`,
        },
      ],
      present_on: ['node-2'],
      other_repositories: ['mirror/a/web'],
    });
  });

  it('answers 304 while nothing has changed', async () => {
    const running = service();
    const first = await plan(running, 'team/web/v1/deletion-plan');
    const again = await running.get('/harbor/artifacts/team/web/v1/deletion-plan', {
      headers: { ...READ, 'if-none-match': first.etag },
    });
    expect(again.status).toBe(304);
    running.byName['node-2'] = { images: [bystander, web] };
    const changed = await plan(running, 'team/web/v1/deletion-plan', {
      'if-none-match': first.etag,
    });
    expect(changed.status).toBe(200);
  });

  it('reads readings of at most a second, none stale, and new ones with no-cache', async () => {
    const nodes = nodesOf({ 'node-1': { images: [bystander] } });
    const running = createService({
      harbor: { registry: registry() },
      nodes,
      config: {
        harbor_config: LOGIN,
      },
    });
    await plan(running, 'team/web/v1/deletion-plan');
    await plan(running, 'team/web/v1/deletion-plan', { 'cache-control': 'no-cache' });
    expect(nodes.reads).toEqual([
      expect.objectContaining({ maxAgeMs: 1000, allowStale: false }),
      expect.objectContaining({ maxAgeMs: 0, allowStale: false }),
    ]);
  });
});

describe('names that look like a plan', () => {
  it('lists a repository whose name ends in deletion-plan, with encoded slashes', async () => {
    const running = service();
    const res = await running.get('/harbor/artifacts/team/web%2Fdeletion-plan', { headers: READ });
    expect(res.status).toBe(200);
    expect(await res.json()).toEqual([expect.objectContaining({ digest: OTHER })]);
  });

  it('plans a deletion in such a repository', async () => {
    const running = service();
    const { body } = await plan(running, 'team/web/deletion-plan/v9/deletion-plan');
    expect(body).toMatchObject({ repository: 'web/deletion-plan', digest: OTHER });
  });

  it('deletes a tag named deletion-plan', async () => {
    const running = service();
    running.standIn?.registry.push('team', 'web', { tags: ['deletion-plan'] });
    const { status, body } = await remove(running, 'team/web/deletion-plan');
    expect({ status, reference: body.reference }).toEqual({
      status: 200,
      reference: 'deletion-plan',
    });
  });
});

describe('DELETE with the tag of a plan', () => {
  it('deletes while the plan holds', async () => {
    const running = service();
    const { etag } = await plan(running, 'team/web/v1/deletion-plan');
    const { status, body } = await remove(running, 'team/web/v1', { 'if-match': etag });
    expect({ status, deleted: body.deleted }).toEqual({ status: 200, deleted: true });
  });

  it('has the same tag in a dry run, with and without force', async () => {
    const running = service();
    const { etag } = await plan(running, 'team/web/v1/deletion-plan');
    const dry = await remove(running, 'team/web/v1?dry_run=true');
    const forced = await remove(running, 'team/web/v1?dry_run=true&force=true');
    expect([dry.etag, forced.etag]).toEqual([etag, etag]);
    expect(dry.body).toMatchObject({ dry_run: true, deleted: false, present_on: [], indexes: [] });
  });

  it('is refused with what has changed, also with force', async () => {
    const running = service();
    const { etag } = await plan(running, 'team/web/v1/deletion-plan');
    running.standIn?.registry.push('team', 'web', { digest: WEB, tags: ['prod'] });
    running.byName['node-2'] = { images: [bystander, web] };
    const refused = await remove(running, 'team/web/v1', { 'if-match': etag });
    const forced = await remove(running, 'team/web/v1?force=true', { 'if-match': etag });
    expect(refused).toMatchObject({
      status: 412,
      body: {
        code: 'plan_changed',
        changed: ['tags', 'usage', 'present_on', 'blockers'],
        detail: expect.stringContaining('(tags, usage, present_on, blockers)'),
      },
    });
    expect(forced.body.code).toBe('plan_changed');
    expect(deletes(running)).toEqual([]);
  });

  it('names a changed plan among the blockers of a dry run', async () => {
    const running = service();
    const { etag } = await plan(running, 'team/web/v1/deletion-plan');
    running.byName['node-3'] = { images: [bystander] };
    const { body } = await remove(running, 'team/web/v1?dry_run=true', { 'if-match': etag });
    expect(body.blockers).toEqual([
      { code: 'plan_changed', detail: expect.stringContaining('(nodes)') },
    ]);
  });

  it.each([
    ['a list of plans', (etag: string) => `${etag}, ${etag}`],
    ['a plan and a digest', (etag: string) => `${etag}, "${WEB}"`],
    ['a weak plan', (etag: string) => `W/${etag}`],
    ['a plan of another version', () => '"plan-short"'],
  ])('answers 422 to %s', async (_, ifMatch) => {
    const running = service();
    const { etag } = await plan(running, 'team/web/v1/deletion-plan');
    const { status, body } = await remove(running, 'team/web/v1', { 'if-match': ifMatch(etag) });
    expect({ status, parameter: body.errors[0]?.parameter }).toEqual({
      status: 422,
      parameter: 'If-Match',
    });
  });
});

describe('reason', () => {
  const journaled = (running: ReturnType<typeof service>) =>
    Object.assign(running.services.journal, { configured: true });

  it.each(['a', 'x'.repeat(500), 'replaced by v2 – ok'])(
    'may be given without force',
    async (reason) => {
      const running = service();
      const { status } = await remove(running, `team/web/v1?reason=${encodeURIComponent(reason)}`);
      expect(status).toBe(200);
    },
  );

  it.each(['', 'x'.repeat(501), 'two\nlines'])(
    'must be 1 to 500 characters of one line',
    async (reason) => {
      const running = service();
      const { status, body } = await remove(
        running,
        `team/web/v1?reason=${encodeURIComponent(reason)}`,
      );
      expect({ status, parameter: body.errors[0]?.parameter }).toEqual({
        status: 422,
        parameter: 'reason',
      });
    },
  );

  it('is required with force once there is a journal', async () => {
    const running = service();
    journaled(running);
    const { status, body } = await remove(running, 'team/web/v1?force=true');
    expect({ status, errors: body.errors }).toEqual({
      status: 422,
      errors: [{ parameter: 'reason', detail: expect.stringContaining('journal') }],
    });
    expect(deletes(running)).toEqual([]);
  });
});

function breakHarbor({ standIn }: Service, outage: Outage | null): void {
  if (standIn === null) throw new Error('there is no Harbor');
  standIn.outage = outage;
}

describe('what Harbor does not say', () => {
  const RULES = '/projects/team/immutabletagrules';

  /** Fails the first, second, … look at the rules. */
  function rulesFail(looks: readonly number[], answer = INTERNAL_ERROR): Faults {
    let look = 0;
    return ({ path }) => {
      if (!path.includes(RULES)) return undefined;
      look += 1;
      return looks.includes(look) ? { answer } : undefined;
    };
  }

  it.each([
    ['before', [1]],
    ['after', [2]],
  ])('makes a plan incomplete: its rules %s it reads the artifact', async (_, looks) => {
    const running = service({ harbor: { faults: rulesFail(looks) } });
    const { status, body } = await plan(running, 'team/web/v1/deletion-plan');
    expect(status).toBe(200);
    expect(body).toMatchObject({ immutable_tags: null, rules_proven: false, complete: false });
  });

  it('makes a plan incomplete: its rules, whose table cannot be read', async () => {
    const running = service();
    breakHarbor(running, { table: 'immutable_tag_rule' });
    const { body, etag } = await plan(running, 'team/web/v1/deletion-plan');
    expect(body).toMatchObject({ immutable_tags: null, complete: false });
    breakHarbor(running, null);
    const deleted = await remove(running, 'team/web/v1', { 'if-match': etag });
    expect(deleted).toMatchObject({
      status: 412,
      body: { code: 'plan_changed', changed: ['immutable_tags'] },
    });
    expect(deletes(running)).toEqual([]);
  });

  /** More rules than Harbor answers in one page; the last one is for the artifact's tag. */
  const PROTECTED = [...Array.from({ length: 100 }, (_, index) => `old-${index}`), 'v*'];

  /** Harbor can read its rules all the time, but not in the calls that `faults` chooses. */
  function protectedBy(immutableTags: readonly string[], faults: Faults) {
    return service({
      harbor: {
        registry: keptRegistry([
          { name: 'team', immutableTags, repositories: { web: [{ digest: WEB, tags: ['v1'] }] } },
        ]),
        faults,
      },
    });
  }

  it.each<[string, Faults]>([
    [
      'the artifact',
      ({ path }) =>
        path.includes('/artifacts/v1?') ? { failSubQueries: { of: ['immutable'] } } : undefined,
    ],
    [
      'its tags',
      ({ path }) => {
        if (path.includes('/artifacts/v1?')) return { failSubQueries: { of: ['tags'] } };
        return path.includes('/tags?') ? { failSubQueries: {} } : undefined;
      },
    ],
  ])('makes a plan incomplete: its rules in the call of %s alone', async (_, faults) => {
    for (const rules of [['v*'], PROTECTED]) {
      const running = protectedBy(rules, faults);
      const { body } = await plan(running, 'team/web/v1/deletion-plan');
      expect(body).toMatchObject({ immutable_tags: null, rules_proven: false, complete: false });
    }
  });

  it('makes no plan incomplete whose tags no rule makes immutable', async () => {
    const running = protectedBy(['release-*'], () => ({ failSubQueries: { of: ['immutable'] } }));
    const { body } = await plan(running, 'team/web/v1/deletion-plan');
    expect(body).toMatchObject({ immutable_tags: [], rules_proven: true, complete: true });
  });

  it('refuses a deletion by a plan whose rules are not known any more', async () => {
    let isBroken = false;
    const running = protectedBy(['v*'], ({ path }) =>
      isBroken && path.includes('/artifacts/v1?')
        ? { failSubQueries: { of: ['immutable'] } }
        : undefined,
    );
    const { etag, body } = await plan(running, 'team/web/v1/deletion-plan');
    expect(body).toMatchObject({ immutable_tags: ['v1'], rules_proven: true, complete: true });
    isBroken = true;
    const deleted = await remove(running, 'team/web/v1', { 'if-match': etag });
    expect(deleted.body).toMatchObject({ code: 'plan_changed' });
    expect(deletes(running)).toEqual([]);
  });

  it('makes a plan no less complete if the account may not ask for rules', async () => {
    const refusal = apiError(403, 'FORBIDDEN', 'forbidden');
    const running = service({ harbor: { faults: rulesFail([1, 2], refusal) } });
    const { body } = await plan(running, 'team/web/v1/deletion-plan');
    expect(body).toMatchObject({ immutable_tags: [], rules_proven: false, complete: true });
  });

  it('makes a plan incomplete: its read-only mode', async () => {
    const running = service({
      harbor: {
        faults: ({ path }) =>
          path.includes('/systeminfo') ? { answer: INTERNAL_ERROR } : undefined,
      },
    });
    const { body } = await plan(running, 'team/web/v1/deletion-plan');
    expect(body).toMatchObject({ read_only: null, rules_proven: true, complete: false });
  });

  it('never leaves out accessories, although the row of the artifact has none', async () => {
    const running = service({
      harbor: { faults: () => ({ failSubQueries: { of: ['accessories'] } }) },
    });
    const { body } = await plan(running, `team/signed/v1/deletion-plan`);
    expect(body['accessories']).toEqual([SBOM, SIGNATURE]);
  });
});

describe('the accessories of accessories', () => {
  it('are named in the plan and in the answer', async () => {
    const running = service();
    const planned = await plan(running, 'team/signed/v1/deletion-plan');
    const deleted = await remove(running, 'team/signed/v1');
    expect(planned.body['accessories']).toEqual([SBOM, SIGNATURE]);
    expect([deleted.status, deleted.body['accessories']]).toEqual([200, [SBOM, SIGNATURE]]);
    expect(running.standIn?.deletions).toMatchObject([{ alongside: [SBOM, SIGNATURE] }]);
  });

  it('are named without the right to list them as far as Harbor shows them', async () => {
    const forbidden = apiError(403, 'FORBIDDEN', 'forbidden');
    const running = service({
      harbor: {
        faults: ({ path }) => (path.includes('/accessories') ? { answer: forbidden } : undefined),
      },
    });
    const { status, body } = await plan(running, 'team/signed/v1/deletion-plan');
    expect([status, body['accessories']]).toEqual([200, [SBOM]]);
  });
});
