/** The deletions of the journal, each with its plan and its outcome. */
import type { FunctionContext } from '../../http/function.ts';
import type { JournalOutcome, JournalRow } from '../../ports/journal-record.ts';
import type { GuardCode } from '../../values/blocker-codes.ts';
import { firstNames } from '../../values/first-names.ts';
import { Badge, type BadgeKind } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { LongName } from '../parts/long-name.tsx';
import { Cell, Row, Table } from '../parts/table.tsx';
import { Copied, Size, Time } from '../parts/values.tsx';
import { artifactAddress, repositoryAddress } from '../view/links.ts';
import { linkWith } from '../view/view-list.ts';
import { actorName } from './actor-counts.tsx';

const OUTCOMES: Readonly<Record<JournalOutcome, readonly [BadgeKind, string]>> = {
  deleted: ['ok', 'deleted'],
  not_deleted: ['none', 'not deleted'],
  unknown: ['warn', 'unknown'],
};

/** The guards that `force` overrode. */
const GUARDS: Readonly<Record<string, string>> = {
  in_use: 'a container used it',
  other_tags: 'it had other tags',
  usage_unknown: 'not every node could be read, so it may have been in use',
} satisfies Record<GuardCode, string>;

/** How many digests of what went with an artifact are shown. */
const MAX_DIGESTS = 20;

interface DeletionTableProps {
  readonly c: FunctionContext;
  readonly rows: readonly JournalRow[];
}

const COLUMNS: readonly Column[] = [
  { head: 'Time', field: 'time' },
  { head: 'Who', field: 'actor' },
  { head: 'What', field: 'repository' },
  { head: 'Size', field: 'size_bytes', isNumber: true },
  { head: 'Outcome', field: 'outcome' },
];

export function DeletionTable({ c, rows }: DeletionTableProps) {
  return (
    <Table label="Deletions" class="deletions">
      <Heads columns={COLUMNS} sortedBy={c} />
      <tbody>
        {rows.map((row) => (
          <Deletion c={c} row={row} />
        ))}
      </tbody>
    </Table>
  );
}

function Deletion({ c, row }: { readonly c: FunctionContext; readonly row: JournalRow }) {
  const { actor, outcome, reason } = row;
  const [kind, word] = OUTCOMES[outcome];
  return (
    <Row>
      <Cell label="Time">
        <Time at={row.time} />
      </Cell>
      <Cell label="Who">
        {actor === null ? (
          actorName(actor)
        ) : (
          <a href={linkWith(c, { actor, page: null })}>{actorName(actor)}</a>
        )}
      </Cell>
      <Cell label="What">
        <a href={addressOf(row)}>
          <LongName name={`${row.project}/${row.repository}`} />
          <Named row={row} />
        </a>
        {row.tag_only && <small> only the tag</small>}
        {reason !== null && <p class="reason">{reason}</p>}
        <details class="unfold">
          <summary>Details</summary>
          <Plan row={row} />
        </details>
      </Cell>
      <Cell label="Size" class="number">
        {row.tag_only ? '–' : <Size bytes={row.size_bytes} />}
      </Cell>
      <Cell label="Outcome">
        <Badge kind={kind}>{word}</Badge>
        {row.force && (
          <>
            {' '}
            <Badge kind="warn">forced</Badge>
          </>
        )}
      </Cell>
    </Row>
  );
}

/** The tag, or tags, by which people know the artifact; without one, the beginning of its digest. */
function Named({ row: { reference, digest, tags } }: { readonly row: JournalRow }) {
  const isTag = !reference.includes(':');
  const [first, ...others] = isTag ? [reference] : tags;
  if (first === undefined) return <>@{digest.slice(0, 19)}</>;
  return (
    <>
      :<LongName name={first} />
      {others.length > 0 && ` and ${others.length} more ${others.length === 1 ? 'tag' : 'tags'}`}
    </>
  );
}

/** The artifact, if it may be there still. */
function addressOf(row: JournalRow): string | undefined {
  const { project, repository, digest, outcome, tag_only } = row;
  const isGone = outcome === 'deleted' && !tag_only;
  return isGone
    ? repositoryAddress({ project, repository })
    : artifactAddress({ project, repository, reference: digest });
}

function Plan({ row }: { readonly row: JournalRow }) {
  const { tags, children = [], accessories = [], nodes, guards } = row;
  return (
    <Facts
      facts={[
        ['Outcome', outcomeText(row)],
        ['Digest', <Copied text={row.digest} what="digest" />],
        [
          row.tag_only ? 'Tag' : 'Tags that went with it',
          tags.length === 0 ? 'none' : tags.join(', '),
        ],
        ...digestsThatWent('Children', children),
        ...digestsThatWent('Accessories', accessories),
        ['Nodes that were asked', nodes.length === 0 ? 'none' : nodes.join(', ')],
        ['Force', row.force ? overridden(guards) : 'no'],
        ['Reason', row.reason ?? 'none given'],
        ['Harbor', row.registry ?? 'not recorded'],
        ['Sent from', row.peer ?? 'not recorded'],
        ['Request', <Copied text={row.request_id} what="request id" />],
      ]}
    />
  );
}

/** A fact that most deletions do not have. */
function digestsThatWent(what: string, digests: readonly string[]) {
  const title = `${what} that went with it`;
  return digests.length === 0 ? [] : [[title, firstNames(digests, MAX_DIGESTS)] as const];
}

function overridden(guards: readonly string[]): string {
  if (guards.length === 0) return 'yes, but no guard prevented the deletion';
  return `yes, although ${guards.map((guard) => GUARDS[guard] ?? guard).join(', and ')}`;
}

function outcomeText({ outcome, settled_at, tag_only }: JournalRow) {
  const what = tag_only ? 'The tag' : 'The artifact';
  const when = <Time at={settled_at} />;
  if (outcome === 'deleted') {
    return (
      <>
        {what} was deleted; this was recorded at {when}.
      </>
    );
  }
  if (outcome === 'not_deleted') {
    return (
      <>
        {what} was not deleted; this was recorded at {when}. The log has the cause under the request
        id.
      </>
    );
  }
  return `Not known yet: it is under way, or the process ended, or Harbor did not answer. The service asks Harbor again.`;
}
