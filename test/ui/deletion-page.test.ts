import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import { deletionPages, IN_USE, INDEX, WEB, WEB_PATH } from '../support/deletion-pages.ts';
import { fieldOf } from '../support/html.ts';
import { csrfOf } from '../support/visitor.ts';

describe('POST …/deletion', () => {
  it('deletes what the plan showed, and leads to a page that can be loaded again', async () => {
    const { show, confirm, deletes, journal, log } = await deletionPages();
    const sent = await confirm(WEB_PATH, { reason: 'no longer needed' });
    expect(sent.status).toBe(303);
    expect(sent.location).toMatch(/^\/ui\/deletions\/[\w.-]+$/);
    const outcome = await show(sent.location);
    await show(sent.location);
    expect(outcome.text).toMatch(
      /^Harbor team web team\/web:v1 deleted The artifact was deleted\./,
    );
    expect(outcome.links).toContain('/ui/unused');
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
    const { show, confirm, standIn } = await deletionPages();
    const path = '/ui/artifacts/team/web/all/deletion?tag_only=true';
    const { location } = await confirm(path, { tag_only: 'true' });
    const { text } = await show(location);
    expect(text).toContain('The tag was removed. The artifact and its other tags are kept.');
    expect(standIn?.registry.artifact('team', 'web', 'beta')?.digest).toBe(INDEX);
  });

  it('shows what has changed, and the new plan, if the plan no longer holds', async () => {
    const { show, post, deletes, standIn } = await deletionPages();
    const { html } = await show(WEB_PATH);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    standIn?.registry.push('team', 'web', { digest: WEB, tags: ['v2'] });
    const refused = await post(WEB_PATH, form);
    expect(refused.status).toBe(412);
    expect(refused.text).toContain('Nothing was deleted.');
    expect(refused.text).toMatch(/This has changed since the plan that you saw: its tags/);
    expect(refused.text).toContain('Deleting the artifact would also remove the tag v2.');
    expect(deletes()).toEqual([]);
  });

  it.each([
    ['no reason', { confirm: 'team/web:v1' }, 'reason'],
    ['no typed reference', { reason: 'broken' }, 'type exactly team/web:v1'],
    ['another typed reference', { reason: 'broken', confirm: 'v1' }, 'type exactly team/web:v1'],
  ])('does not force with %s', async (_, fields, message) => {
    const { confirm, deletes } = await deletionPages({ nodes: IN_USE });
    const sent = await confirm(`${WEB_PATH}?force=true`, { force: 'true', ...fields });
    expect(sent.status).toBe(422);
    expect(sent.text).toContain(message);
    expect(sent.html).toContain('name="confirm"');
    expect(deletes()).toEqual([]);
  });

  it('forces with a reason and the typed reference, and the journal names the guard', async () => {
    const { confirm, deletes, journal } = await deletionPages({ nodes: IN_USE });
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
    const { show, post, deletes } = await deletionPages({ nodes: IN_USE });
    const { html } = await show(`${WEB_PATH}?force=true`);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    const refused = await post(WEB_PATH, form);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('Nothing was deleted.');
    expect(refused.text).toContain('in_use');
    expect(deletes()).toEqual([]);
  });

  it.each([
    [403, 403, 'Harbor refused the deletion', 'may not delete in the project team'],
    [500, 502, 'Not deleted', 'Harbor failed. Wait a few minutes'],
  ])(
    'says what to do when Harbor answers %i, and offers no button',
    async (code, status, title, advice) => {
      const { confirm } = await deletionPages({
        harbor: {
          faults: ({ method }) =>
            method === 'DELETE' ? { answer: apiError(code, 'X', 'x') } : undefined,
        },
      });
      const sent = await confirm(WEB_PATH);
      expect(sent.status).toBe(status);
      expect(sent.text).toContain(`${title} Nothing was deleted.`);
      expect(sent.text).toContain(advice);
      expect(sent.text).not.toContain('prevents the deletion');
      expect(sent.html).not.toContain('name="plan"');
      expect(sent.links).toContain(WEB_PATH);
    },
  );

  it('says that the outcome is unknown, with the request id and the journal', async () => {
    const { confirm } = await deletionPages({
      harbor: {
        faults: ({ method }) =>
          method === 'DELETE' ? { answer: {}, cut: 'before-answer' } : undefined,
      },
    });
    const sent = await confirm(WEB_PATH);
    expect(sent.status).toBe(504);
    expect(sent.text).toContain('Outcome unknown');
    expect(sent.text).toMatch(/harbor_timeout , request [\w-]+/);
    expect(sent.links).toContain('/ui/artifacts/team/web/v1');
    expect(sent.links.some((href) => href.startsWith('/ui/journal?q='))).toBe(true);
  });

  it('says that it is no longer there when the form is sent again', async () => {
    const { show, post, deletes } = await deletionPages();
    const { html } = await show(WEB_PATH);
    const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
    await post(WEB_PATH, form);
    const again = await post(WEB_PATH, form);
    expect(again.status).toBe(404);
    expect(again.text).toContain('Already gone');
    expect(deletes()).toHaveLength(1);
  });

  it.each([
    ['without a plan', { plan: '' }, 422],
    ['with * as plan', { plan: '*' }, 422],
    ['with a digest as plan', { plan: WEB }, 422],
    ['with an unknown field', { dry_run: 'true' }, 422],
    ['without the CSRF token', { csrf: '' }, 403],
  ])('refuses a form %s', async (_, fields, expected) => {
    const { confirm, deletes } = await deletionPages();
    const sent = await confirm(WEB_PATH, fields);
    expect(sent.status).toBe(expected);
    expect(deletes()).toEqual([]);
  });

  it.each([`${WEB_PATH}/`, `${WEB_PATH}?force=true`, '/ui/artifacts/team/web/v1'])(
    'deletes nothing at %s',
    async (path) => {
      const { show, post, deletes } = await deletionPages();
      const { html } = await show(WEB_PATH);
      const form = { csrf: csrfOf(html, WEB_PATH), plan: fieldOf(html, 'plan') };
      expect((await post(path, form)).status).toBeGreaterThanOrEqual(400);
      expect(deletes()).toEqual([]);
    },
  );

  it('says that nothing was deleted if the session has ended', async () => {
    const { post, deletes } = await deletionPages({ token: null });
    const { status, text } = await post(WEB_PATH, { csrf: 'of the session', plan: 'x' });
    expect(status).toBe(401);
    expect(text).toContain('You are logged out. Nothing was deleted. To go on, log in');
    expect(deletes()).toEqual([]);
  });

  it('needs a login that may delete', async () => {
    const { show, post, deletes } = await deletionPages({ token: 'read-token-of-test' });
    await show(WEB_PATH);
    expect((await post(WEB_PATH, { csrf: 'x', plan: 'x' })).status).toBe(403);
    expect(deletes()).toEqual([]);
  });
});

describe('GET /ui/deletions/{receipt}', () => {
  it.each(['x', 'e30.e30', '%2e%2e', 'a.b.c'])('answers %s with 404', async (receipt) => {
    const { show } = await deletionPages();
    const { status, text } = await show(`/ui/deletions/${receipt}`);
    expect(status).toBe(404);
    expect(text).toContain('The journal lists all deletions.');
  });
});
