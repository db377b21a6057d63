import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import { runsWithinRequest } from '../../shared/domain/cleanup/runs/runs-within-request.ts';
import { BYSTANDER, READ } from '../support/cleanup.ts';
import { ALL, cleanupPages, heldDeletions, TEN } from '../support/cleanup-pages.ts';
import { eventually } from '../support/eventually.ts';
import { hiddenFields } from '../support/html.ts';
import { unreachable } from '../support/nodes.ts';
import { browserOf } from '../support/visitor.ts';

describe('the page of a run', () => {
  it('loads itself again without JavaScript, shows how far it is, and can stop it', async () => {
    const { harbor, letGo, begun } = heldDeletions();
    const service = await cleanupPages({ artifacts: TEN, ...harbor });
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
    const service = await cleanupPages({
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
    const service = await cleanupPages({
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
    const service = await cleanupPages({
      faults: ({ method }) =>
        method === 'DELETE'
          ? { answer: apiError(404, 'NOT_FOUND', 'artifact shop/web not found') }
          : undefined,
    });
    const { text } = await service.ended(await service.start());

    expect(text).toContain('shop/web:v1 already gone 1kB');
  });

  it('is for those who may delete only', async () => {
    const service = await cleanupPages();
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
    const service = await cleanupPages();
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
    const service = await cleanupPages(harbor);
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
    const service = await cleanupPages(harbor);
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
  const service = await cleanupPages({ artifacts: TEN, ...harbor });
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
  const service = await cleanupPages({
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
  const service = await cleanupPages({ runs: runsWithinRequest });
  const answer = await service.send(ALL, await service.formOf());

  expect(answer.status).toBe(200);
  expect(answer.text).toContain('Done: 4 artifacts deleted.');
  expect(answer.html).not.toContain('hx-sse:connect');
  expect(answer.text).toContain('This page is not available again.');
  expect(service.left()).toEqual([]);
});
