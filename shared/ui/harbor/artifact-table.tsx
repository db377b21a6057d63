/** The artifacts of a repository as a table. */

import { isSigned, type ShownArtifact } from '../../domain/registry/registry-lists.ts';
import type { FunctionContext } from '../../http/function.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Digest, PullTime, SizeBar, Time } from '../parts/values.tsx';
import { artifactAddress } from '../view/links.ts';
import { Immutable, Platforms, Signed, TypeName } from './artifact-values.tsx';
import { TagsInRow } from './tags.tsx';

interface ArtifactTableProps {
  readonly c: FunctionContext;
  readonly at: RepositoryAt;
  readonly artifacts: readonly ShownArtifact[];
}

const COLUMNS: readonly Column[] = [
  { head: 'Tags and digest' },
  { head: 'Type', field: 'type' },
  { head: 'Platforms' },
  { head: 'Size', field: 'size_bytes', isNumber: true },
  { head: 'Pushed', field: 'push_time' },
  { head: 'Pulled', field: 'pull_time' },
  { head: 'Immutable' },
  { head: 'Signed' },
];

export function ArtifactTable({ c, at, artifacts }: ArtifactTableProps) {
  const largest = Math.max(0, ...artifacts.map(({ size_bytes }) => size_bytes));
  return (
    <Table label="Artifacts" class="artifacts" headsStay>
      <Heads columns={COLUMNS} sortedBy={c} />
      <tbody>
        {artifacts.map((artifact) => (
          <ArtifactRow {...{ c, at, artifact, largest }} />
        ))}
      </tbody>
    </Table>
  );
}

interface ArtifactRowProps extends Pick<ArtifactTableProps, 'c' | 'at'> {
  readonly artifact: ShownArtifact;
  readonly largest: number;
}

function ArtifactRow({ c, at, artifact, largest }: ArtifactRowProps) {
  const { digest, tags, details } = artifact;
  return (
    <Row>
      <RowHead>
        {tags.length === 0 ? (
          <p>
            <a href={artifactAddress({ ...at, reference: digest })}>untagged</a>
          </p>
        ) : (
          <TagsInRow c={c} at={at} tags={tags} digest={digest} />
        )}
        <Digest digest={digest} />
      </RowHead>
      <Cell label="Type">
        <TypeName type={artifact.type} />
      </Cell>
      <Cell label="Platforms">
        <Platforms at={at} platforms={artifact.platforms} />
      </Cell>
      <Cell label="Size" class="number">
        <SizeBar bytes={artifact.size_bytes} largest={largest} />
      </Cell>
      <Cell label="Pushed">
        <Time at={artifact.push_time} />
      </Cell>
      <Cell label="Pulled">
        <PullTime at={artifact.pull_time} />
      </Cell>
      <Cell label="Immutable">
        <Immutable tags={tags} immutable={details?.immutableTags ?? null} />
      </Cell>
      <Cell label="Signed">
        <Signed isSigned={isSigned(details)} />
      </Cell>
    </Row>
  );
}
