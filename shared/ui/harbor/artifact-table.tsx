/** The artifacts of a repository as a table. */
import type { RepositoryAt } from '../../harbor/http/url.ts';
import type { FunctionContext } from '../../http/function.ts';
import { isSigned, type ShownArtifact } from '../../registry/detailed-artifacts.ts';
import { artifactAddress } from '../links.ts';
import { SortHead } from '../parts/list-parts.tsx';
import { Table } from '../parts/table.tsx';
import { Digest, PullTime, SizeBar, Time } from '../parts/values.tsx';
import { Immutable, Platforms, Signed, TypeName } from './artifact-values.tsx';
import { TagsInRow } from './tags.tsx';

interface ArtifactTableProps {
  readonly c: FunctionContext;
  readonly at: RepositoryAt;
  readonly artifacts: readonly ShownArtifact[];
}

export function ArtifactTable({ c, at, artifacts }: ArtifactTableProps) {
  const largest = Math.max(0, ...artifacts.map(({ size_bytes }) => size_bytes));
  return (
    <Table label="Artifacts" class="artifacts" headsStay>
      <thead>
        <tr>
          <th scope="col">Tags and digest</th>
          <SortHead c={c} field="type">
            Type
          </SortHead>
          <th scope="col">Platforms</th>
          <SortHead c={c} field="size_bytes" numeric>
            Size
          </SortHead>
          <SortHead c={c} field="push_time">
            Pushed
          </SortHead>
          <SortHead c={c} field="pull_time">
            Pulled
          </SortHead>
          <th scope="col">Immutable</th>
          <th scope="col">Signed</th>
        </tr>
      </thead>
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
    <tr>
      <th scope="row" class="name">
        {tags.length === 0 ? (
          <p>
            <a href={artifactAddress({ ...at, reference: digest })}>untagged</a>
          </p>
        ) : (
          <TagsInRow c={c} at={at} tags={tags} digest={digest} />
        )}
        <Digest digest={digest} />
      </th>
      <td>
        <TypeName type={artifact.type} />
      </td>
      <td>
        <Platforms at={at} platforms={artifact.platforms} />
      </td>
      <td class="number">
        <SizeBar bytes={artifact.size_bytes} largest={largest} />
      </td>
      <td>
        <Time at={artifact.push_time} />
      </td>
      <td>
        <PullTime at={artifact.pull_time} />
      </td>
      <td>
        <Immutable tags={tags} immutable={details?.immutableTags ?? null} />
      </td>
      <td>
        <Signed isSigned={isSigned(details)} />
      </td>
    </tr>
  );
}
