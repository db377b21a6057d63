import { describe, expect, it } from 'vitest';
import { INTERNAL_ERROR } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import {
  CHILD,
  deletionPages,
  IN_USE,
  INDEX,
  SIGNATURE,
  TRAP,
  WEB,
  WEB_PATH,
} from '../support/deletion-pages.ts';
import { unreachable } from '../support/nodes.ts';

describe('GET …/deletion', () => {
  it('shows what goes, and deletes nothing', async () => {
    const { show, deletes } = await deletionPages();
    const { status, text, html } = await show(`/ui/artifacts/team/web/${INDEX}/deletion`);
    expect(status).toBe(200);
    expect(text).toContain('No guard of this service prevents the deletion.');
    expect(text).toMatch(/Tags (all, beta|beta, all) Children 1/);
    expect(text).toContain(CHILD.slice(0, 19));
    expect(text).toContain(SIGNATURE.slice(0, 19));
    expect(html).toContain('Delete the artifact');
    expect(deletes()).toEqual([]);
  });

  it('says what prevents it and what to do, without a button', async () => {
    const { show } = await deletionPages({ nodes: IN_USE });
    const { text, html, links } = await show(WEB_PATH);
    expect(text).toContain('It is in use.');
    expect(text).toContain('shop/web-7d9f');
    expect(text).toContain('Stop and remove what uses it first.');
    expect(html).not.toContain('name="plan"');
    expect(links).toContain(`${WEB_PATH}?force=true`);
  });

  it('offers to remove one tag, or the artifact with all of them', async () => {
    const { show } = await deletionPages();
    const { text, links } = await show('/ui/artifacts/team/web/all/deletion');
    expect(text).toContain('Deleting the artifact would also remove the tag beta.');
    expect(links).toContain('/ui/artifacts/team/web/all/deletion?tag_only=true');
    expect(links).toContain(`/ui/artifacts/team/web/${INDEX}/deletion`);
  });

  it('leads from a child to its index', async () => {
    const { show } = await deletionPages();
    const { text, links } = await show(`/ui/artifacts/team/web/${CHILD}/deletion`);
    expect(text).toContain('An index refers to it.');
    expect(links).toContain(`/ui/artifacts/team/web/${INDEX}/deletion`);
  });

  it('offers no override of what Harbor itself refuses', async () => {
    const { show } = await deletionPages();
    const { text, links } = await show('/ui/artifacts/team/web/release-1/deletion');
    expect(text).toContain('A tag is immutable.');
    expect(links.filter((href) => href.includes('force'))).toEqual([]);
  });

  it('says that it is unknown what is immutable while Harbor cannot read its rules', async () => {
    const faults: Faults = ({ path }) =>
      path.includes('/immutabletagrules') ? { answer: INTERNAL_ERROR } : undefined;
    const { show } = await deletionPages({ harbor: { faults } });
    const { text } = await show(WEB_PATH);
    expect(text).toContain('It is unknown which tags are immutable.');
  });

  it('names nodes that could not be read', async () => {
    const { show } = await deletionPages({ nodes: { 'node-1': unreachable('node-1') } });
    const { text, html } = await show(WEB_PATH);
    expect(text).toContain('node-1 (unreadable)');
    expect(text).toContain('It is not known whether it is in use.');
    expect(html).not.toContain('name="plan"');
  });

  it.each([
    [
      'who has not logged in',
      { app: { write_token: 'token-w-of-the-test' }, token: null },
      'Log in with a token',
    ],
    ['who may only read', { token: 'read-token-of-test' }, 'may only read'],
    [
      'anyone if nobody may delete',
      { app: {}, token: null },
      'Deleting is not set up. To delete, set app_config.write_token',
    ],
  ])('explains to %s how to delete, and offers no form', async (_, setup, explanation) => {
    const { show } = await deletionPages(setup);
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
    const { show } = await deletionPages();
    expect((await show(path)).status).toBe(expected);
  });

  it('tells a repository called x/deletion and a tag called deletion apart', async () => {
    const { show } = await deletionPages();
    const trap = await show('/ui/artifacts/team/web/deletion/v9');
    expect(trap.text).toContain(TRAP);
    expect(trap.text).not.toContain('This is only a plan');
    const list = await show('/ui/harbor/team/nested/web');
    expect(list.links).toContain('/ui/artifacts/team/nested%2Fweb/deletion');
    const tag = await show('/ui/artifacts/team/nested%2Fweb/deletion');
    expect(tag.text).toContain('nested/web:deletion');
    expect(tag.links).toContain('/ui/artifacts/team/nested%2Fweb/deletion/deletion');
    const plan = await show('/ui/artifacts/team/nested%2Fweb/deletion/deletion');
    expect(plan.text).toContain('Delete team/nested/web:deletion?');
  });
});
