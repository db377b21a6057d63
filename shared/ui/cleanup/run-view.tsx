/** A cleanup that runs, or has ended: its figures and results. Server-Sent Events replace it while it runs. */

import type { Cleaned } from '../../domain/cleanup/cleanup-answer.ts';
import type { CleanupRun, RunState } from '../../domain/cleanup/runs/cleanup-run.ts';
import { humanSize } from '../../values/size.ts';
import { Badge, type BadgeKind } from '../parts/badge.tsx';
import { Figures } from '../parts/facts.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Notice } from '../parts/notices.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { journalAddress } from '../view/links.ts';
import { ArtifactName } from './artifact-name.tsx';
import { artifactsText } from './policy-texts.ts';

/** The line that says how far a run is. It takes the focus of the button that stops the run. */
export const RUN_STATUS = 'run-status';

/** Where a run is looked at. */
export function runPath({ id }: Pick<CleanupRun, 'id'>): string {
  return `/ui/cleanup/runs/${id}`;
}

export interface RunViewProps {
  readonly run: CleanupRun;
  readonly state: RunState;
  /** For the button that stops it. */
  readonly csrf: string | null;
  readonly hasJournal: boolean;
  /** True if the page of the run can be opened again. */
  readonly isKept: boolean;
}

export function RunView(props: RunViewProps) {
  const { run, state, csrf } = props;
  const { phase, progress, stopped } = state;
  const { deleted, deleted_bytes, kept_now, failed } = progress;
  const done = deleted + kept_now + failed;
  return (
    <>
      <p role="status" id={RUN_STATUS} tabindex={-1}>
        <Badge kind={kindOf(run, state)}>{wordOf(run, state)}</Badge> {phaseText(run, state)}
      </p>
      <progress max={run.count} value={done} aria-label="Artifacts that are done" />
      <Figures
        facts={[
          ['Deleted', `${deleted} of ${run.count}`],
          ['Size of the deleted', humanSize(deleted_bytes)],
          ['Kept after all', kept_now],
          ['Failed', failed],
          [phase === 'ended' ? 'Not started' : 'Left', run.count - done],
        ]}
      />
      {stopped !== null && (
        <Notice kind="bad" title="It ended early.">
          <p>{stopped.detail}</p>
          <p class="small">
            <code>{stopped.code}</code>
          </p>
        </Notice>
      )}
      {phase === 'running' && csrf !== null && (
        <form method="post" action={`${runPath(run)}/stop`}>
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" class="secondary">
            Stop
          </button>
          <p class="small">Stop lets the deletions in progress finish and starts no others.</p>
        </form>
      )}
      {phase === 'ended' && <Ended {...props} />}
      <Results title="Last results" rows={state.last} />
    </>
  );
}

/** The run in a word. */
function wordOf({ count }: CleanupRun, { phase, progress, stopped }: RunState): string {
  if (phase !== 'ended') return phase;
  const { deleted, kept_now, failed } = progress;
  if (stopped !== null) return 'ended early';
  return deleted + kept_now + failed < count ? 'stopped' : 'done';
}

function kindOf({ count }: CleanupRun, { phase, progress, stopped }: RunState): BadgeKind {
  if (phase !== 'ended') return 'info';
  if (stopped !== null || progress.failed > 0) return 'bad';
  return progress.deleted === count ? 'ok' : 'warn';
}

function phaseText({ count }: CleanupRun, { phase, progress, stopped }: RunState): string {
  if (phase === 'running') return `Deleting ${artifactsText(count)}.`;
  if (phase === 'stopping') return 'Stopping: deletions in progress are finished.';
  const { deleted, kept_now, failed } = progress;
  const done = deleted + kept_now + failed;
  const result = `${artifactsText(deleted)} deleted`;
  if (stopped !== null) return `Ended early: ${result}.`;
  if (done < count) return `Stopped: ${result}, ${count - done} not started.`;
  return failed > 0 ? `Done, with failures: ${result}, ${failed} failed.` : `Done: ${result}.`;
}

function Ended({ run, state, hasJournal, isKept }: RunViewProps) {
  const { notDeleted, progress, stopped } = state;
  const more = progress.kept_now + progress.failed - notDeleted.length;
  const isWhole = progress.deleted === run.count;
  const since = new Date(run.startedAtMs).toISOString();
  return (
    <>
      {/* Of some it may be unknown whether Harbor has deleted them. */}
      <Results title="Kept or failed" rows={notDeleted} />
      {more > 0 && <p>{`and ${more} more, which the log has.`}</p>}
      <h2>What to do next</h2>
      <ul>
        {hasJournal && (
          <li>
            <a href={journalAddress({ actor: run.actor, since })}>
              See these deletions in the journal
            </a>
          </li>
        )}
        <li>
          <a href={run.planPath}>
            {isWhole ? 'Make the plan again, to check' : 'Make the plan again, for the rest'}
          </a>
          {stopped !== null && ', once the problem is fixed'}
        </li>
      </ul>
      <p class="small">
        {isKept
          ? 'This page is available for 15 minutes after the end. '
          : 'This page is not available again. '}
        {hasJournal
          ? 'The journal keeps the deletions.'
          : 'Only the log keeps the deletions: there is no journal.'}
      </p>
    </>
  );
}

const OUTCOME_KINDS = { deleted: 'ok', kept: 'warn', failed: 'bad' } as const;

/** Names the outcome. An artifact that somebody else has deleted meanwhile is not kept. */
function outcomeText({ outcome, code }: Cleaned): string {
  return code === 'harbor_not_found' ? 'already gone' : outcome;
}

const COLUMNS: readonly Column[] = [
  { head: 'Artifact' },
  { head: 'Outcome' },
  { head: 'Size', isNumber: true },
  { head: 'Why' },
];

function Results({ title, rows }: { readonly title: string; readonly rows: readonly Cleaned[] }) {
  if (rows.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <Table label={title} headsStay>
        <Heads columns={COLUMNS} />
        <tbody>
          {rows.map((row) => (
            <Row>
              <RowHead>
                <ArtifactName row={row} />
              </RowHead>
              <Cell label="Outcome">
                <Badge kind={OUTCOME_KINDS[row.outcome]}>{outcomeText(row)}</Badge>
              </Cell>
              <Cell label="Size" class="number">
                {humanSize(row.size_bytes)}
              </Cell>
              <Cell label="Why">
                {row.detail}
                {row.code !== null && (
                  <>
                    {' '}
                    <code>{row.code}</code>
                  </>
                )}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </>
  );
}
