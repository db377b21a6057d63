/** A plan: what would be deleted, how much that frees, and what is kept and why. */
import type { Candidate } from '../../domain/cleanup/cleanup-answer.ts';
import type { MadePlan } from '../../domain/cleanup/cleanup-planning.ts';
import type { FunctionContext } from '../../http/function.ts';
import { humanSize } from '../../values/size.ts';
import { Figures } from '../parts/facts.tsx';
import { type Column, Heads, Pager } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Digest, PullTime, SizeBar, Time } from '../parts/values.tsx';
import { repositoryAddress } from '../view/links.ts';
import type { ViewRows } from '../view/view-list.ts';
import { ArtifactName } from './artifact-name.tsx';
import { type RepositorySum, sumsByRepository } from './candidate-sums.ts';
import { artifactsText, policyText, rulesText } from './policy-texts.ts';
import { Treemap } from './treemap.tsx';

/** Shows the plan in figures. @param mayApply whether the page has the form that applies it */
export function PlanSummary({
  made,
  mayApply,
}: {
  readonly made: MadePlan;
  readonly mayApply: boolean;
}) {
  const { candidates, kept, policy, rulesProven } = made;
  const bytes = candidates.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const nodes = made.reading.nodes.length;
  return (
    <section aria-labelledby="plan">
      <h2 id="plan">
        {candidates.length === 0
          ? 'Nothing may be deleted'
          : `${artifactsText(candidates.length)} may be deleted`}
      </h2>
      <p>
        {policy.name !== null && <strong>{policy.name}: </strong>}
        {policyText(policy.source)}
      </p>
      <Figures
        facts={[
          ['May be deleted', candidates.length],
          ['Frees up to', humanSize(bytes)],
          ['Kept', kept.length],
          ['Nodes asked', nodes],
        ]}
      />
      {candidates.length === 0 ? (
        <Empty title="There is nothing to delete.">
          <p>
            {kept.length === 0
              ? 'The policy covers no artifacts. Check its projects and repositories.'
              : 'Everything that the policy covers is kept. The reasons are below.'}
          </p>
        </Empty>
      ) : (
        <p class="small">
          Sizes are as Harbor counts them. Artifacts can share layers, so less may become free, and
          only when Harbor’s garbage collection has run.
        </p>
      )}
      {!rulesProven && (
        <p class="small">
          The account of this service may not read the rules of immutable tags of every project, so
          only what Harbor marks as immutable counts.
        </p>
      )}
      {mayApply && candidates.length > 0 && (
        <p class="actions">
          <a class="button" href="#apply">{`Delete ${artifactsText(candidates.length)}…`}</a>
        </p>
      )}
    </section>
  );
}

const SUM_COLUMNS: readonly Column[] = [
  { head: 'Repository' },
  { head: 'Artifacts', isNumber: true },
  { head: 'Size', isNumber: true },
];

/** The bytes by repository, drawn and as a table. */
export function PlanSizes({ candidates }: { readonly candidates: readonly Candidate[] }) {
  if (candidates.length === 0) return null;
  const sums = sumsByRepository(candidates);
  return (
    <section aria-labelledby="sizes">
      <h2 id="sizes">Where the bytes are</h2>
      <Treemap sums={sums} />
      <Table label="Candidates by repository">
        <Heads columns={SUM_COLUMNS} />
        <tbody>
          {sums.map((sum) => (
            <SumRow sum={sum} largest={sums[0]?.bytes ?? 0} />
          ))}
        </tbody>
      </Table>
    </section>
  );
}

function SumRow({
  sum: { project, repository, count, bytes },
  largest,
}: {
  readonly sum: RepositorySum;
  readonly largest: number;
}) {
  return (
    <Row>
      <RowHead>
        {repository === null ? (
          project
        ) : (
          <a href={repositoryAddress({ project, repository })}>{`${project}/${repository}`}</a>
        )}
      </RowHead>
      <Cell label="Artifacts" class="number">
        {count}
      </Cell>
      <Cell label="Size" class="number">
        <SizeBar bytes={bytes} largest={largest} />
      </Cell>
    </Row>
  );
}

const COLUMNS: readonly Column[] = [
  { head: 'Artifact' },
  { head: 'Digest' },
  { head: 'Size', isNumber: true },
  { head: 'Pushed' },
  { head: 'Pulled' },
  { head: 'Chosen because' },
];

/** One slice of the candidates, in the order of their deletion. */
export function Candidates({
  c,
  list,
}: {
  readonly c: FunctionContext;
  readonly list: ViewRows<Candidate>;
}) {
  if (list.total === 0) return null;
  const largest = list.found.reduce((most, { size_bytes }) => Math.max(most, size_bytes), 0);
  return (
    <section aria-labelledby="candidates">
      <h2 id="candidates">What may be deleted</h2>
      <Pager c={c} list={list} />
      {isPastEnd(list) && <PastEnd c={c} />}
      <p>In the order of deletion, the oldest first.</p>
      <Table label="Candidates" headsStay>
        <Heads columns={COLUMNS} />
        <tbody>
          {list.rows.map((row) => (
            <Row>
              <RowHead>
                <ArtifactName row={row} />
              </RowHead>
              <Cell label="Digest">
                <Digest digest={row.digest} />
              </Cell>
              <Cell label="Size" class="number">
                <SizeBar bytes={row.size_bytes} largest={largest} />
              </Cell>
              <Cell label="Pushed">
                <Time at={row.push_time} />
              </Cell>
              <Cell label="Pulled">
                <PullTime at={row.pull_time} />
              </Cell>
              <Cell label="Chosen">{rulesText(row.rules)}</Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
