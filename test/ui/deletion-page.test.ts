import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Registry } from '../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { testFolder } from '../support/folder.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { linesOf } from '../support/journal.ts';
import { fieldOf, linksOf, textOf } from '../support/main-text.ts';
import { type NodesByName, nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';
import { csrfOf, visitorOf } from '../support/visitor.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const INDEX = `sha256:${'4'.repeat(64)}`;
const CHILD = `sha256:${'3'.repeat(64)}`;
const SIGNATURE = `sha256:${'5'.repeat(64)}`;
const TRAP = `sha256:${'9'.repeat(64)}`;

const account = { name: 'keeper', password: 'keeper-password' };
const members = { keeper: 'maintainer' } as const;
const WEB_PATH = '/ui/artifacts/team/web/v1/deletion';

function registry(): Registry {
  return new Registry({
    accounts: [{ ...account, kind: 'user' }],
    projects: [
      {
        name: 'team',
        members,
        immutableTags: ['release-*'],
        repositories: {
          web: [
            { digest: WEB, tags: ['v1'] },
            {
              digest: INDEX,
              tags: ['all', 'beta'],
              children: [{ digest: CHILD }],
              accessories: [{ type: 'signature.cosign', digest: SIGNATURE }],
            },
            { tags: ['release-1'] },
          ],
          'web/deletion': [{ digest: TRAP, tags: ['v9'] }],
          'nested/web': [{ tags: ['deletion'] }],
        },
      },
    ],
  });
}

const web = imageRow({ id: 'a'.repeat(64), repo_digests: [`r.test/team/web@${WEB}`] });
const pod = containerRow({
  namespace: 'shop',
  pod: 'web-7d9f',
  image_ref: `sha256:${'a'.repeat(64)}`,
});
const bystander = imageRow({ id: 'b'.repeat(64), repo_tags: ['x/y:1'] });
const IN_USE: NodesByName = { 'node-1': { images: [web], containers: [pod] } };

interface Setup {
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
  readonly app?: object;
  readonly token?: string | null;
}

const TOKENS = { write_token: { ci: 'write-token' }, read_token: { eve: 'read-token' } };

async function pages({ nodes, harbor, app = TOKENS, token = 'write-token' }: Setup = {}) {
  const journal_file = join(testFolder(), 'journal.jsonl');
  const service = createService({
    harbor: { registry: registry(), ...harbor },
    nodes: nodesOf(nodes ?? { 'node-1': { images: [bystander] } }),
    config: {
      app_config: app,
      harbor_config: { harbor_username: account.name, harbor_password: account.password },
      delete_config: { journal_file },
    },
  });
  const { open, send, logIn } = visitorOf(service);
  if (token !== null) await logIn(token);
  const seen = async (res: Response) => {
    const html = await res.text();
    const location = res.headers.get('location') ?? '';
    return { status: res.status, html, text: textOf(html), links: linksOf(html), location };
  };
  const show = async (path: string) => seen(await open(path));
  /** Opens a plan and sends its form; `fields` replace those of the form. */
  const confirm = async (path: string, fields: Record<string, string> = {}) => {
    const { html } = await show(path);
    const [action = ''] = path.split('?');
    const form = { csrf: csrfOf(html, action), plan: fieldOf(html, 'plan') };
    return seen(await send(action, { ...form, ...fields }));
  };
  const deletes = () => (service.standIn?.calls ?? []).filter(({ method }) => method === 'DELETE');
  const post = async (path: string, fields: Record<string, string>) =>
    seen(await send(path, fields));
  return { ...service, show, confirm, post, deletes, journal: () => linesOf(journal_file) };
}

describe('GET …/deletion', () => {
  it('shows what goes, and deletes nothing', async () => {
    const { show, deletes } = await pages();
    const { status, text, html } = await show(`/ui/artifacts/team/web/${INDEX}/deletion`);
    expect(status).toBe(200);
    expect(text).toContain('Nothing prevents the deletion.');
    expect(text).toMatch(/Tags (all, beta|beta, all) Children 1/);
    expect(text).toContain(CHILD.slice(0, 19));
    expect(text).toContain(SIGNATURE.slice(0, 19));
    expect(html).toContain('Delete the artifact');
    expect(deletes()).toEqual([]);
  });

  it('says what prevents it and what to do, without a button', async () => {
    const { show } = await pages({ nodes: IN_USE });
    const { text, html, links } = await show(WEB_PATH);
    expect(text).toContain('It is in use.');
    expect(text).toContain('shop/web-7d9f');
    expect(text).toContain('Stop and remove what uses it first.');
    expect(html).not.toContain('name="plan"');
    expect(links).toContain(`${WEB_PATH}?force=true`);
  });

  it('offers to remove one tag, or the artifact with all of them', async () => {
    const { show } = await pages();
    const { text, links } = await show('/ui/artifacts/team/web/all/deletion');
    expect(text).toContain('Deleting the artifact would also remove the tag beta.');
    expect(links).toContain('/ui/artifacts/team/web/all/deletion?tag_only=true');
    expect(links).toContain(`/ui/artifacts/team/web/${INDEX}/deletion`);
  });

  it('leads from a child to its index', async () => {
    const { show } = await pages();
    const { text, links } = await show(`/ui/artifacts/team/web/${CHILD}/deletion`);
    expect(text).toContain('An index refers to it.');
    expect(links).toContain(`/ui/artifacts/team/web/${INDEX}/deletion`);
  });

  it('offers no override of what Harbor itself refuses', async () => {
    const { show } = await pages();
    const { text, links } = await show('/ui/artifacts/team/web/release-1/deletion');
    expect(text).toContain('A tag is immutable.');
    expect(links.filter((href) => href.includes('force'))).toEqual([]);
  });

  it('names nodes that could not be read', async () => {
    const { show } = await pages({ nodes: { 'node-1': unreachable('node-1') } });
    const { text, html } = await show(WEB_PATH);
    expect(text).toContain('node-1 (unreadable)');
    expect(text).toContain('It is not known whether it is in use.');
    expect(html).not.toContain('name="plan"');
  });

  it.each([
    ['who has not logged in', { app: { write_token: 'w' }, token: null }, 'Log in with a token'],
    ['who may only read', { token: 'read-token' }, 'may only read'],
    ['anyone if nobody may delete', { app: {}, token: null }, 'Deletes are not set up'],
  ])('explains to %s how to delete, and offers no form', async (_, setup, explanation) => {
    const { show } = await pages(setup);
    const { status, text, html } = await show(WEB_PATH);
    expect(status).toBe(200);
    expect(text).toContain(explanation);
    expect(html).not.toContain('name="plan"');
  });

  it.each([
    [`${WEB_PATH}?forse=true`, 422],
    [`${WEB_PATH}?force=yes`, 422],
    [`/ui/artifacts/team/web/${WEB}/deletion?tag_only=true`, 422],
    ['/ui/artifacts/team/web/../v1/deletion', 422],
    ['/ui/artifacts/team/web/%252e%252e/deletion', 422],
  ])('answers %s with %i', async (path, expected) => {
    const { show } = await pages();
    expect((await show(path)).status).toBe(expected);
  });

  it('tells a repository called x/deletion and a tag called deletion apart', async () => {
    const { show } = await pages();
    const trap = await show('/ui/artifacts/team/web/deletion/v9');
    expect(trap.text).toContain(TRAP);
    expect(trap.text).not.toContain('This is a plan');
    const list = await show('/ui/harbor/team/nested/web');
    expect(list.links).toContain('/ui/artifacts/team/nested%2Fweb/deletion');
    const tag = await show('/ui/artifacts/team/nested%2Fweb/deletion');
    expect(tag.text).toContain('nested/web:deletion');
    expect(tag.links).toContain('/ui/artifacts/team/nested%2Fweb/deletion/deletion');
    const plan = await show('/ui/artifacts/team/nested%2Fweb/deletion/deletion');
    expect(plan.text).toContain('Delete nested/web:deletion?');
  });
});

describe('POST …/deletion', () => {
  it('deletes what the plan showed, and leads to a page that can be loaded again', async () => {
    const { show, confirm, deletes, journal, log } = await pages();
    const sent = await confirm(WEB_PATH, { reason: 'no longer needed' });
    expect(sent.status).toBe(303);
    expect(sent.location).toMatch(/^\/ui\/deletions\/[\w.-]+$/);
    const outcome = await show(sent.location);
    await show(sent.location);
    expect(outcome.text).toContain('The artifact is deleted.');
    expect(outcome.text).toContain(WEB);
    expect(deletes()).toHaveLength(1);
    const [intent, done] = journal();
    expect(intent).toMatchObject({ actor: 'ci', reason: 'no longer needed', digest: WEB });
    expect(done).toMatchObject({ event: 'outcome', outcome: 'deleted' });
    expect(outcome.links).toContain(`/ui/journal?q=${intent?.request_id}`);
    const line = log.find(({ msg }) => String(msg).startsWith('POST /ui/artifacts'));
    expect(line).toMatchObject({
      level: 'WARNING',
      project: 'team',
      repository: 'web',
      reference: 'v1',
      digest: WEB,
      outcome: 'deleted',
      force: false,
      tag_only: false,
      reason: 'no longer needed',
      token: 'ci',
      if_match: expect.stringMatching(/^plan-/),
    });
  });

  it('removes one tag and keeps the artifact', async () => {
    const { show, confirm, standIn } = await pages();
    const path = '/ui/artifacts/team/web/all/deletion?tag_only=true';
    const { location } = await confirm(path, { tag_only: 'true' });
    const { text } = await show(location);
    expect(text).toContain('The tag is removed. The artifact stays, with its other tags.');
    expect(standIn?.registry.artifact('team', 'web', 'beta')?.digest).toBe(INDEX);
  });

  it('shows what has changed, and the new plan, if the plan no longer holds', async () => {
    const { show, post, deletes, standIn } = await pages();
    const { html } = await show(WEB_PATH);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    standIn?.registry.push('team', 'web', { digest: WEB, tags: ['v2'] });
    const refused = await post(WEB_PATH, form);
    expect(refused.status).toBe(412);
    expect(refused.text).toContain('Nothing was deleted.');
    expect(refused.text).toMatch(/this has changed: its tags/);
    expect(refused.text).toContain('Deleting the artifact would also remove the tag v2.');
    expect(deletes()).toEqual([]);
  });

  it('refuses a plan of another artifact, and one with the flag of another plan', async () => {
    const { show, post, deletes } = await pages();
    const { html } = await show(WEB_PATH);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    const other = await post('/ui/artifacts/team/web/deletion/v9/deletion', form);
    const flag = await post(WEB_PATH, { ...form, tag_only: 'true' });
    expect([other.status, flag.status]).toEqual([412, 412]);
    expect(deletes()).toEqual([]);
  });

  it.each([
    ['no reason', { confirm: 'team/web:v1' }, 'reason'],
    ['no typed reference', { reason: 'broken' }, 'type exactly team/web:v1'],
    ['another typed reference', { reason: 'broken', confirm: 'v1' }, 'type exactly team/web:v1'],
  ])('does not force with %s', async (_, fields, message) => {
    const { confirm, deletes } = await pages({ nodes: IN_USE });
    const sent = await confirm(`${WEB_PATH}?force=true`, { force: 'true', ...fields });
    expect(sent.status).toBe(422);
    expect(sent.text).toContain(message);
    expect(sent.html).toContain('name="confirm"');
    expect(deletes()).toEqual([]);
  });

  it('forces with a reason and the typed reference, and the journal names the guard', async () => {
    const { confirm, deletes, journal } = await pages({ nodes: IN_USE });
    const sent = await confirm(`${WEB_PATH}?force=true`, {
      force: 'true',
      reason: 'compromised',
      confirm: 'team/web:v1',
    });
    expect(sent.status).toBe(303);
    expect(deletes()).toHaveLength(1);
    expect(journal()[0]).toMatchObject({ force: true, guards: ['in_use'], reason: 'compromised' });
  });

  it('refuses with 409 and the plan if something prevents it, whatever the form says', async () => {
    const { show, post, deletes } = await pages({ nodes: IN_USE });
    const { html } = await show(`${WEB_PATH}?force=true`);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    const refused = await post(WEB_PATH, form);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Nothing was deleted.');
    expect(refused.text).toContain('in_use');
    expect(deletes()).toEqual([]);
  });

  it('says that the outcome is unknown, with the request id and the journal', async () => {
    const { confirm } = await pages({
      harbor: {
        faults: ({ method }) =>
          method === 'DELETE' ? { answer: {}, cut: 'before-answer' } : undefined,
      },
    });
    const sent = await confirm(WEB_PATH);
    expect(sent.status).toBe(504);
    expect(sent.text).toContain('Not known whether it is deleted');
    expect(sent.text).toMatch(/harbor_timeout , request [\w-]+/);
    expect(sent.links).toContain('/ui/artifacts/team/web/v1');
    expect(sent.links.some((href) => href.startsWith('/ui/journal?q='))).toBe(true);
  });

  it('says that it is no longer there when the form is sent again', async () => {
    const { show, post, deletes } = await pages();
    const { html } = await show(WEB_PATH);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    await post(WEB_PATH, form);
    const again = await post(WEB_PATH, form);
    expect(again.status).toBe(404);
    expect(again.text).toContain('It is no longer there');
    expect(deletes()).toHaveLength(1);
  });

  it.each([
    ['without a plan', { plan: '' }, 422],
    ['with * as plan', { plan: '*' }, 422],
    ['with a digest as plan', { plan: WEB }, 422],
    ['with an unknown field', { dry_run: 'true' }, 422],
    ['without the CSRF token', { csrf: '' }, 403],
  ])('refuses a form %s', async (_, fields, expected) => {
    const { confirm, deletes } = await pages();
    const sent = await confirm(WEB_PATH, fields);
    expect(sent.status).toBe(expected);
    expect(deletes()).toEqual([]);
  });

  it.each([`${WEB_PATH}/`, `${WEB_PATH}?force=true`, '/ui/artifacts/team/web/v1'])(
    'deletes nothing at %s',
    async (path) => {
      const { show, post, deletes } = await pages();
      const { html } = await show(WEB_PATH);
      const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
      expect((await post(path, form)).status).toBeGreaterThanOrEqual(400);
      expect(deletes()).toEqual([]);
    },
  );

  it('needs a login that may delete', async () => {
    const { show, post, deletes } = await pages({ token: 'read-token' });
    await show(WEB_PATH);
    expect((await post(WEB_PATH, { csrf: 'x', plan: 'x' })).status).toBe(403);
    expect(deletes()).toEqual([]);
  });
});

describe('GET /ui/deletions/{receipt}', () => {
  it.each(['x', 'e30.e30', '%2e%2e', 'a.b.c'])('answers %s with 404', async (receipt) => {
    const { show } = await pages();
    const { status, text } = await show(`/ui/deletions/${receipt}`);
    expect(status).toBe(404);
    expect(text).toContain('The journal has all of them.');
  });
});
