/** /ui/cleanup/runs/{id}: a cleanup that was started from its page, its events, and its stop. */
import * as z from 'zod/mini';
import type { CleanupRun } from '../../domain/cleanup/runs/cleanup-run.ts';
import { type EventClient, eventStream } from '../../http/event-stream.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { escapedLines } from '../../values/escaped.ts';
import { sleep } from '../../values/waiting/sleep.ts';
import { answerRun, answerUnknownRun, runViewerOf } from '../cleanup/run-answer.tsx';
import { RUN_STATUS, RunView, type RunViewProps, runPath } from '../cleanup/run-view.tsx';
import { form } from '../form.ts';
import { seeOther } from '../page.tsx';
import { mayView } from '../view-access.ts';

/** How often the stream looks for news. One message contains all that has changed by then. */
const LOOK_AGAIN_MS = 250;

export const cleanupRunPage = createFunction()
  .get('/ui/cleanup/runs/:id', mayView('write'), (c) => {
    const run = runOf(c);
    return run === null ? answerUnknownRun(c) : answerRun(c, run);
  })
  .get('/ui/cleanup/runs/:id/events', mayView('write'), async (c) => {
    const run = runOf(c);
    if (run === null) return answerUnknownRun(c);
    const view = { run, ...(await runViewerOf(c)), isKept: true };
    return eventStream(c, (client) => follow(client, view));
  })
  .post('/ui/cleanup/runs/:id/stop', mayView('write'), form(z.object({})), (c) => {
    const run = runOf(c);
    if (run === null) return answerUnknownRun(c);
    c.get('log').level = 'WARNING';
    run.stop();
    // There the focus stays near the button, which the page no longer has.
    return seeOther(c, `${runPath(run)}#${RUN_STATUS}`);
  });

function runOf(c: FunctionContext): CleanupRun | null {
  return c.get('services').cleanupRuns.find(c.req.param('id') ?? '');
}

/** Sends the view whenever it has changed and the client has read the one before, until the run has ended. */
async function follow(client: EventClient, view: Omit<RunViewProps, 'state'>): Promise<void> {
  let shown: unknown = null;
  while (!client.hasLeft()) {
    const state = view.run.state();
    const isOver = state.phase === 'ended';
    if (state !== shown && (isOver || client.hasRead())) {
      const html = <RunView {...view} state={state} />;
      client.sendText(escapedLines(await html.toString()));
      shown = state;
    }
    if (isOver) return client.send('done', {});
    await sleep(LOOK_AGAIN_MS);
  }
}
