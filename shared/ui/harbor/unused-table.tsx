/** The table of unused artifacts. */
import {
  type Undeletable,
  type UndeletableIndex,
  whyUndeletable,
} from '../../domain/unused/undeletable.ts';
import type { UnusedArtifact } from '../../domain/unused/unused-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Badge } from '../parts/badge.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Digest, PullTime, SizeBar, Time } from '../parts/values.tsx';
import { artifactAddress, deletionAddress } from '../view/links.ts';
import type { ViewRows } from '../view/view-list.ts';

const COLUMNS: readonly Column[] = [
  { head: 'Artifact', field: 'repository' },
  { head: 'Digest', field: 'digest' },
  { head: 'Size', field: 'size', isNumber: true },
  { head: 'Pushed', field: 'push_time' },
  { head: 'Pulled', field: 'pull_time' },
  { head: 'Delete' },
];

export function UnusedTable({
  c,
  list,
  largest,
  undeletable,
}: {
  readonly c: FunctionContext;
  readonly list: ViewRows<UnusedArtifact>;
  /** The largest size of all slices. */
  readonly largest: number;
  readonly undeletable: UndeletableIndex;
}) {
  return (
    <Table label="Unused artifacts" headsStay>
      <Heads columns={COLUMNS} sortedBy={c} />
      <tbody>
        {list.rows.map((row) => (
          <UnusedRow row={row} largest={largest} kept={whyUndeletable(undeletable, row)} />
        ))}
      </tbody>
    </Table>
  );
}

const KEPT: Readonly<Record<Undeletable, string>> = {
  immutable: 'immutable',
  referenced: 'part of an index',
  unknown: 'rules unread',
};

interface UnusedRowProps {
  readonly row: UnusedArtifact;
  readonly largest: number;
  /** Why Harbor would not delete it; null: nothing is known that prevents it. */
  readonly kept: Undeletable | null;
}

function UnusedRow({ row, largest, kept }: UnusedRowProps) {
  const { project, repository, digest, tags, type } = row;
  const name = `${project}/${repository}`;
  const artifact = { project, repository, reference: digest };
  return (
    <Row>
      <RowHead>
        <a href={artifactAddress(artifact)}>{name}</a>
        <span class="small">
          {tags.length === 0 ? ' no tag' : ` ${tags.join(', ')}`}
          {type !== null && type !== 'IMAGE' && `, ${type.toLowerCase()}`}
        </span>
      </RowHead>
      <Cell label="Digest">
        <Digest digest={digest} />
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
      <Cell label="Delete">
        {kept !== null && (
          <>
            <Badge kind="none">{KEPT[kept]}</Badge>{' '}
          </>
        )}
        <a
          href={deletionAddress(artifact)}
          aria-label={`${kept === null ? 'Delete' : 'See why Harbor keeps'} ${name} ${tags[0] ?? digest.slice(0, 19)}`}
        >
          {kept === null ? 'Delete…' : 'See why'}
        </a>
      </Cell>
    </Row>
  );
}
