/** The table of unused artifacts. */
import type { UnusedArtifact } from '../../drift/unused-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { artifactAddress, deletionAddress } from '../links.ts';
import { SortHead } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Digest, PullTime, SizeBar, Time } from '../parts/values.tsx';
import type { ViewRows } from '../view-list.ts';

export function UnusedTable({
  c,
  list,
  largest,
}: {
  readonly c: FunctionContext;
  readonly list: ViewRows<UnusedArtifact>;
  /** The largest size of all slices. */
  readonly largest: number;
}) {
  return (
    <Table label="Unused artifacts" headsStay>
      <thead>
        <Row>
          <SortHead c={c} field="repository">
            Artifact
          </SortHead>
          <SortHead c={c} field="digest">
            Digest
          </SortHead>
          <SortHead c={c} field="size" numeric>
            Size
          </SortHead>
          <SortHead c={c} field="push_time">
            Pushed
          </SortHead>
          <SortHead c={c} field="pull_time">
            Pulled
          </SortHead>
          <th scope="col">Delete</th>
        </Row>
      </thead>
      <tbody>
        {list.rows.map((row) => (
          <UnusedRow row={row} largest={largest} />
        ))}
      </tbody>
    </Table>
  );
}

function UnusedRow({ row, largest }: { readonly row: UnusedArtifact; readonly largest: number }) {
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
        <a
          href={deletionAddress(artifact)}
          aria-label={`Delete ${name} ${tags[0] ?? digest.slice(0, 19)}`}
        >
          Delete…
        </a>
      </Cell>
    </Row>
  );
}
