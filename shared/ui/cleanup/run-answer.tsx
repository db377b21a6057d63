/** The page of a cleanup that was started from its page, or of one that nobody knows. */
import type { CleanupRun } from '../../domain/cleanup/runs/cleanup-run.ts';
import type { FunctionContext } from '../../http/function.ts';
import { answerPage, viewerOf } from '../page.tsx';
import { ProblemBox } from '../problem-page.tsx';
import { RunView, type RunViewProps, runPath } from './run-view.tsx';

/** How often a browser without JavaScript loads the page again. */
const RELOAD_AFTER_S = 2;
const GIVE_UP = '{"sse":{"reconnectMaxAttempts":20}}';

/** Answers with a run as it is now. */
export async function answerRun(c: FunctionContext, run: CleanupRun): Promise<Response> {
  const state = run.state();
  const isKept = c.get('services').cleanupRuns.find(run.id) !== null;
  const view = <RunView {...{ run, state, isKept }} {...(await runViewerOf(c))} />;
  const isOver = state.phase === 'ended';
  return answerPage(c, {
    // Stays when the events replace the view.
    title: 'Cleanup run',
    crumbs: [['Cleanup', '/ui/cleanup']],
    headers: { 'Cache-Control': 'no-store' },
    ...(!isOver && { reload: { afterS: RELOAD_AFTER_S, address: runPath(run) } }),
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

/** Finds what the view of a run depends on beside the run. */
export async function runViewerOf(
  c: FunctionContext,
): Promise<Pick<RunViewProps, 'csrf' | 'hasJournal'>> {
  const { csrf } = await viewerOf(c);
  return { csrf, hasJournal: c.get('services').journal.configured };
}

/** Answers that there is no such run, or none any more. */
export function answerUnknownRun(c: FunctionContext): Promise<Response> {
  const message =
    'This cleanup is unknown here. It ended more than 15 minutes ago, or another process runs it. ' +
    'If the service was restarted meanwhile, the cleanup ended in the middle.';
  Object.assign(c.get('log').fields, { code: 'not_found', detail: message });
  return answerPage(c, {
    title: 'Not found',
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
