import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, READ } from '../support/cleanup.ts';
import { ALL, cleanupPages, heldDeletions } from '../support/cleanup-pages.ts';
import { testFolder } from '../support/folder.ts';
import { hiddenFields } from '../support/html.ts';
import { unreachable } from '../support/nodes.ts';
import { browserOf } from '../support/visitor.ts';

describe('POST /ui/cleanup', () => {
  it('deletes the plan, with the reason and the name of the token in the journal', async () => {
    const delete_config = { journal_file: join(testFolder(), 'journal.jsonl') };
    const service = await cleanupPages({ config: { delete_config } });
    const path = await service.start({ reason: 'no longer deployed' });
    const { text, html } = await service.ended(path);

    expect(path).toMatch(/^\/ui\/cleanup\/runs\/[\w-]{36}$/);
    expect(text).toContain('Done: 4 artifacts deleted.');
    expect(text).toContain('Started by ci , because: no longer deployed');
    expect(text).toContain('Size of the deleted 10kB');
    expect(html).toMatch(/href="\/ui\/journal\?actor=ci&amp;since=20/);
    expect(service.left()).toEqual([]);
    expect(service.log).toContainEqual(
      expect.objectContaining({
        msg: 'a deletion of the cleanup',
        token: 'ci',
        reason: 'no longer deployed',
        digest: digestOf(1),
        outcome: 'deleted',
      }),
    );
  });

  it.each(['', 'delete', 'delete 3 artifacts'])(
    'deletes nothing when "%s" is typed, and shows the plan again',
    async (confirmation) => {
      const service = await cleanupPages();
      const answer = await service.send(ALL, await service.formOf({ confirmation, reason: 'why' }));

      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Nothing was deleted. Type exactly: delete 4 artifacts');
      expect(answer.html).toMatch(new RegExp(`name="confirmation"[^>]*value="${confirmation}"`));
      expect(answer.html).toMatch(/name="reason"[^>]*value="why"/);
      expect(service.standIn?.deletions).toEqual([]);
    },
  );

  it('accepts the phrase with capital letters and spaces, as a phone types it', async () => {
    const service = await cleanupPages();
    await service.ended(await service.start({ confirmation: ' Delete  4 Artifacts ' }));

    expect(service.left()).toEqual([]);
  });

  it('gives the policy as the reason, unless there is another', async () => {
    const service = await cleanupPages();
    const { html } = await service.open(ALL);

    expect(html).toMatch(/name="reason"[^>]*value="cleanup: Artifacts whose tags all match \*\."/);
  });

  it('shows the new plan when it has changed, and what has changed', async () => {
    const service = await cleanupPages();
    const fields = await service.formOf();
    service.registry.push('shop', 'web', { digest: digestOf(9), tags: ['v9'] });
    const answer = await service.send(ALL, fields);

    expect(answer.status).toBe(412);
    expect(answer.text).toContain('other artifacts would be deleted (4 before, 5 now)');
    expect(answer.text).toContain('Below is the plan as it is now.');
    expect(answer.text).toContain('Type delete 5 artifacts to confirm');
    expect(service.standIn?.deletions).toEqual([]);
    expect(hiddenFields(answer.html, ALL)['tag']).not.toBe(fields['tag']);
  });

  it('deletes nothing when a node cannot be read any more', async () => {
    const service = await cleanupPages();
    const fields = await service.formOf();
    service.nodes['node-1'] = unreachable('node-1');
    const answer = await service.send(ALL, fields);

    expect(answer.status).toBe(409);
    expect(answer.text).toContain('It is unknown what is in use on node-1.');
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('refuses a form without its CSRF token, one of another site, and one of a reader', async () => {
    const service = await cleanupPages();
    const fields = await service.formOf();
    const { csrf: _, ...without } = { csrf: '', ...fields };
    const forged = await service.send(ALL, without);
    const foreign = await service.send(ALL, fields, { origin: 'http://evil.example.test' });
    const reader = browserOf(service.get);
    await reader.logIn(READ);
    const refused = await reader.send(ALL, fields);

    expect([forged.status, foreign.status, refused.status]).toEqual([403, 403, 403]);
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('starts one run when the form is sent twice', async () => {
    const { harbor, letGo } = heldDeletions();
    const service = await cleanupPages(harbor);
    const fields = await service.formOf();
    const [first, second] = await Promise.all([
      service.send(ALL, fields),
      service.send(ALL, fields),
    ]);
    letGo();
    const path = first.headers.get('location') ?? '';
    await service.ended(path);
    const later = await service.send(ALL, fields);

    expect(path).not.toBe('');
    expect([second, later].map(({ headers }) => headers.get('location'))).toEqual([path, path]);
    expect(service.standIn?.deletions).toHaveLength(4);
  });

  it('leads to the run that is under way when another form has the same plan', async () => {
    const { harbor, letGo } = heldDeletions();
    const service = await cleanupPages(harbor);
    const [one, other] = [await service.formOf(), await service.formOf()];
    const first = await service.send(ALL, one);
    const second = await service.send(ALL, other);
    letGo();
    await service.ended(first.headers.get('location') ?? '');

    expect(one['form']).not.toBe(other['form']);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });
});
