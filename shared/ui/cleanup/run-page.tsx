/** /ui/cleanup/runs/{id}: a cleanup that was started from its page, its events, and its stop. */
import * as z from 'zod/mini';
import { type EventClient, eventStream } from '../../cleanup/event-stream.ts';
import type { CleanupRun } from '../../cleanup/runs/cleanup-run.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { sleep } from '../../sleep.ts';
import { form } from '../form.ts';
import { answerPage, seeOther, viewerOf } from '../page.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { mayView } from '../view-access.ts';
import { RUN_STATUS, RunView, runPath } from './run-view.tsx';

/** How often a browser without JavaScript loads the page again. */
const RELOAD_AFTER_S = 2;
/** How often the stream looks for news. One message contains all that has changed by then. */
const LOOK_AGAIN_MS = 250;
const GIVE_UP = '{"sse":{"reconnectMaxAttempts":20}}';

export const cleanupRunPage = createFunction()
  .get('/ui/cleanup/runs/:id', mayView('write'), (c) => {
    const run = runOf(c);
    return run === null ? answerUnknown(c) : answerRun(c, run);
  })
  .get('/ui/cleanup/runs/:id/events', mayView('write'), async (c) => {
    const run = runOf(c);
    if (run === null) return answerUnknown(c);
    const { csrf } = await viewerOf(c);
    return eventStream(c, (client) =>
      follow(client, { run, csrf, hasJournal: hasJournal(c), isKept: true }),
    );
  })
  .post('/ui/cleanup/runs/:id/stop', mayView('write'), form(z.object({})), (c) => {
    const run = runOf(c);
    if (run === null) return answerUnknown(c);
    c.get('log').level = 'WARNING';
    run.stop();
    // There the focus stays near the button, which the page no longer has.
    return seeOther(c, `${runPath(run)}#${RUN_STATUS}`);
  });

function runOf(c: FunctionContext): CleanupRun | null {
  return c.get('services').cleanupRuns.find(c.req.param('id') ?? '');
}

/** Answers with a run as it is now. */
export async function answerRun(c: FunctionContext, run: CleanupRun): Promise<Response> {
  const state = run.state();
  const { csrf } = await viewerOf(c);
  const isKept = c.get('services').cleanupRuns.find(run.id) !== null;
  const view = <RunView {...{ run, state, csrf, isKept }} hasJournal={hasJournal(c)} />;
  const isOver = state.phase === 'ended';
  return answerPage(c, {
    // Stays when the events replace the view.
    title: 'Cleanup run',
    place: 'cleanup',
    crumbs: [['Cleanup', '/ui/cleanup']],
    headers: { 'Cache-Control': 'no-store' },
    ...(!isOver && { reloadAfterS: RELOAD_AFTER_S }),
    content: (
      <>
        <p>
          Started by <strong>{run.actor}</strong>
          {run.policy !== null && (
            <>
              , policy <strong>{run.policy}</strong>
            </>
          )}
          {run.reason !== null && `, because: ${run.reason}`}
        </p>
        {isOver ? (
          view
        ) : (
          <div
            {...{
              'hx-sse:connect': `${runPath(run)}/events`,
              'hx-sse:close': 'done',
              'hx-config': GIVE_UP,
              'hx-swap': 'innerMorph',
            }}
          >
            {view}
          </div>
        )}
      </>
    ),
  });
}

/** Sends the view whenever it has changed and the client has read the one before, until the run has ended. */
async function follow(
  client: EventClient,
  view: Omit<Parameters<typeof RunView>[0], 'state'>,
): Promise<void> {
  let shown: unknown = null;
  while (!client.hasLeft()) {
    const state = view.run.state();
    const isOver = state.phase === 'ended';
    if (state !== shown && (isOver || client.hasRead())) {
      const html = <RunView {...view} state={state} />;
      client.sendText(await html.toString());
      shown = state;
    }
    if (isOver) return client.send('done', {});
    await sleep(LOOK_AGAIN_MS);
  }
}

function hasJournal(c: FunctionContext): boolean {
  return c.get('services').journal.configured;
}

function answerUnknown(c: FunctionContext): Promise<Response> {
  const message =
    'This cleanup is unknown here. It ended more than 15 minutes ago, or another process runs it. ' +
    'If the service was restarted meanwhile, the cleanup ended in the middle.';
  Object.assign(c.get('log').fields, { code: 'not_found', detail: message });
  return answerPage(c, {
    title: 'Not found',
    place: 'cleanup',
    crumbs: [['Cleanup', '/ui/cleanup']],
    status: 404,
    headers: { 'Cache-Control': 'no-store' },
    content: (
      <>
        <ProblemBox c={c} problem={{ code: 'not_found', message }} />
        <p>
          The <a href="/ui/journal">journal</a> shows what it deleted.{' '}
          <a href="/ui/cleanup">Make a plan</a> to see what may still be deleted.
        </p>
      </>
    ),
  });
}
