import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import type { Clock } from '../../demo/harbor/clock.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { runsWithinRequest } from '../../shared/cleanup/runs/runs-within-request.ts';
import {
  artifactsWith,
  BYSTANDER,
  type CleanupOptions,
  createCleanupService,
  digestOf,
  READ,
  WRITE,
} from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { unreachable } from '../support/nodes.ts';
import { browserOf, hiddenFields } from '../support/ui.ts';

const FOUR = artifactsWith(['v1'], ['v2'], ['v3'], ['v4']);
const TEN = artifactsWith(...Array.from({ length: 10 }, (_, index) => [`v${index}`]));
const ALL = '/ui/cleanup?tags=*';

async function cleanup(options: Partial<CleanupOptions> = {}) {
  const service = createCleanupService({ artifacts: FOUR, ...options });
  const browser = browserOf(service.get);
  await browser.logIn(WRITE);
  /** The form of a plan, filled in. */
  const formOf = async (
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Record<string, string>> => {
    const { html, text } = await browser.open(ALL);
    const count = /(\d+) artifacts? may be deleted/.exec(text)?.[1] ?? '';
    return {
      ...hiddenFields(html, ALL),
      confirmation: `delete ${count} artifacts`,
      ...fields,
    };
  };
  const start = async (fields: Readonly<Record<string, string>> = {}) => {
    const started = await browser.send(ALL, await formOf(fields));
    expect(started.status).toBe(303);
    return started.headers.get('location') ?? '';
  };
  const ended = (path: string) =>
    eventually(async () => {
      const page = await browser.open(path);
      expect(page.text).toContain('What to do next');
      return page;
    });
  return { ...service, ...browser, formOf, start, ended };
}

/** Deletions that the test lets go on. */
function heldDeletions() {
  let letGo = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let begun = 0;
  const clock: Clock = { now: () => Date.now(), sleep: () => held };
  const faults: Faults = ({ method }) => {
    if (method !== 'DELETE') return undefined;
    begun += 1;
    return { delayMs: 1 };
  };
  return { harbor: { clock, faults }, letGo: () => letGo(), begun: () => begun };
}

describe('POST /ui/cleanup', () => {
  it('deletes the plan, with the reason and the name of the token in the journal', async () => {
    const delete_config = { journal_file: join(testFolder(), 'journal.jsonl') };
    const service = await cleanup({ config: { delete_config } });
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
      const service = await cleanup();
      const answer = await service.send(ALL, await service.formOf({ confirmation, reason: 'why' }));

      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Nothing was deleted. Type exactly: delete 4 artifacts');
      expect(answer.html).toMatch(new RegExp(`name="confirmation"[^>]*value="${confirmation}"`));
      expect(answer.html).toMatch(/name="reason"[^>]*value="why"/);
      expect(service.standIn?.deletions).toEqual([]);
    },
  );

  it('accepts the phrase with capital letters and spaces, as a phone types it', async () => {
    const service = await cleanup();
    await service.ended(await service.start({ confirmation: ' Delete  4 Artifacts ' }));

    expect(service.left()).toEqual([]);
  });

  it('gives the policy as the reason, unless there is another', async () => {
    const service = await cleanup();
    const { html } = await service.open(ALL);

    expect(html).toMatch(/name="reason"[^>]*value="cleanup: Artifacts whose tags all match \*\."/);
  });

  it('shows the new plan when it has changed, and what has changed', async () => {
    const service = await cleanup();
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
    const service = await cleanup();
    const fields = await service.formOf();
    service.nodes['node-1'] = unreachable('node-1');
    const answer = await service.send(ALL, fields);

    expect(answer.status).toBe(409);
    expect(answer.text).toContain('It is unknown what is in use on node-1.');
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('refuses a form without its CSRF token, one of another site, and one of a reader', async () => {
    const service = await cleanup();
    const fields = await service.formOf();
    const { csrf: _, ...without } = { csrf: '', ...fields };
    const forged = await service.send(ALL, without);
    const foreign = await service.open(ALL, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'http://evil.example.test',
      },
    });
    const reader = browserOf(service.get);
    await reader.logIn(READ);
    const refused = await reader.send(ALL, fields);

    expect([forged.status, foreign.status, refused.status]).toEqual([403, 403, 403]);
    expect(service.standIn?.deletions).toEqual([]);
  });

  it('starts one run when the form is sent twice', async () => {
    const { harbor, letGo } = heldDeletions();
    const service = await cleanup(harbor);
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
    const service = await cleanup(harbor);
    const [one, other] = [await service.formOf(), await service.formOf()];
    const first = await service.send(ALL, one);
    const second = await service.send(ALL, other);
    letGo();
    await service.ended(first.headers.get('location') ?? '');

    expect(one['form']).not.toBe(other['form']);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
  });
});

describe('the page of a run', () => {
  it('loads itself again without JavaScript, shows how far it is, and can stop it', async () => {
    const { harbor, letGo, begun } = heldDeletions();
    const service = await cleanup({ artifacts: TEN, ...harbor });
    const path = await service.start();
    await eventually(() => expect(begun()).toBe(1));
    const running = await service.open(path);
    const stopped = await service.send(`${path}/stop`, hiddenFields(running.html, `${path}/stop`));
    const stopping = await service.open(path);
    letGo();
    const { text, html } = await service.ended(path);

    expect(running.html).toContain('<noscript><meta http-equiv="refresh"');
    expect(running.text).toContain('Deleting 10 artifacts.');
    expect(running.text).toContain('Deleted 0 of 10');
    expect([stopped.status, stopped.headers.get('location')]).toEqual([303, `${path}#run-status`]);
    expect(stopping.text).toContain('Stopping: deletions in progress are finished.');
    expect(text).toContain('stopped Stopped: 2 artifacts deleted, 8 not started.');
    expect(text).toContain('Make the plan again, for the rest');
    expect(html).not.toContain('http-equiv="refresh"');
    expect(service.left()).toHaveLength(8);
  });

  it('shows that it ended when a node could no longer be read', async () => {
    const service = await cleanup({
      faults: ({ method }) => {
        if (method === 'DELETE') service.nodes['node-1'] = unreachable('node-1');
        return undefined;
      },
    });
    const { text } = await service.ended(await service.start());

    expect(text).toContain('Ended early:');
    expect(text).toContain('usage_unknown');
    expect(text).toMatch(/Kept or failed .* kept .* could not be read: /);
  });

  it('shows what Harbor did not delete', async () => {
    const service = await cleanup({
      faults: ({ method }) =>
        method === 'DELETE' ? { answer: apiError(403, 'FORBIDDEN', 'forbidden') } : undefined,
    });
    const { text } = await service.ended(await service.start());

    expect(text).toContain('Ended early: 0 artifacts deleted.');
    expect(text).toContain('4 deletions in a row have failed.');
    expect(text).toContain('Only the log keeps the deletions: there is no journal.');
    expect(text).toContain('harbor_forbidden');
  });

  it('does not call kept what somebody else has deleted', async () => {
    const service = await cleanup({
      faults: ({ method }) =>
        method === 'DELETE'
          ? { answer: apiError(404, 'NOT_FOUND', 'artifact shop/web not found') }
          : undefined,
    });
    const { text } = await service.ended(await service.start());

    expect(text).toContain('shop/web:v1 already gone 1kB');
  });

  it('is for those who may delete only', async () => {
    const service = await cleanup();
    const path = await service.start();
    await service.ended(path);
    const reader = browserOf(service.get);
    const stranger = await reader.open(path);
    await reader.logIn(READ);

    expect(stranger.status).toBe(401);
    expect((await reader.open(path)).status).toBe(403);
    expect((await reader.open(`${path}/events`)).status).toBe(403);
    expect((await reader.send(`${path}/stop`, {})).status).toBe(403);
  });

  it('is not found, with a way to the journal, when nobody knows it any more', async () => {
    const service = await cleanup();
    const path = '/ui/cleanup/runs/8d0c3f9e-0000-4000-8000-000000000000';
    const unknown = await service.open(path);

    expect(unknown.status).toBe(404);
    expect(unknown.text).toContain('It ended more than 15 minutes ago');
    expect(unknown.html).toContain('href="/ui/journal"');
    expect((await service.open(`${path}/events`)).status).toBe(404);
  });
});

describe('the events of a run', () => {
  it('send the view whenever it changes, and end with it', async () => {
    const { harbor, letGo, begun } = heldDeletions();
    const service = await cleanup(harbor);
    const path = await service.start();
    await eventually(() => expect(begun()).toBe(1));
    const headers = { cookie: service.cookie, 'accept-encoding': 'gzip' };
    const answer = await service.get(`${path}/events`, { headers });
    letGo();
    const events = (await answer.text()).split('\n\n').filter((event) => event !== '');

    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(events[0]).toContain('Deleting 4 artifacts.');
    expect(events.at(-2)).toContain('Done: 4 artifacts deleted.');
    expect(events.at(-1)).toBe('event: done\ndata: {}');
    expect(events.slice(0, -1).every((event) => /^(data: .*\n?)+$/.test(event))).toBe(true);
  });

  it('do not stop the run when the client leaves', async () => {
    const { harbor, letGo, begun } = heldDeletions();
    const service = await cleanup(harbor);
    const path = await service.start();
    await eventually(() => expect(begun()).toBe(1));
    const answer = await service.get(`${path}/events`, { headers: { cookie: service.cookie } });
    await answer.body?.cancel();
    letGo();
    await service.ended(path);

    expect(service.left()).toEqual([]);
  });
});

it('a stop of the process waits for what is under way, and begins nothing new', async () => {
  const { harbor, letGo, begun } = heldDeletions();
  const service = await cleanup({ artifacts: TEN, ...harbor });
  const path = await service.start();
  await eventually(() => expect(begun()).toBe(1));
  const closing = service.close();
  letGo();
  await closing;
  const { text } = await service.open(path);

  expect(service.left()).toHaveLength(8);
  expect(text).toContain('The service is stopping.');
  expect(text).toContain('Ended early: 2 artifacts deleted.');
});

it('hostile names in results are text', async () => {
  const service = await cleanup({
    faults: ({ method }) =>
      method === 'DELETE'
        ? { answer: apiError(403, 'FORBIDDEN', '<img src=x onerror=alert(1)>') }
        : undefined,
    nodes: { '<script>alert(1)</script>': { images: [BYSTANDER] } },
  });
  const { html } = await service.ended(await service.start({ reason: '<b>bold</b>' }));

  expect(html).not.toMatch(/<script>|<img|<b>/);
});

it('where nothing outlives a request, the POST runs to the end and answers with the result', async () => {
  const service = await cleanup({ runs: runsWithinRequest });
  const answer = await service.send(ALL, await service.formOf());

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('Done: 4 artifacts deleted.');
  expect(answer.html).not.toContain('hx-sse:connect');
  expect(answer.text).toContain('This page is not available again.');
  expect(service.left()).toEqual([]);
});
