/** The artifacts of a repository as a table. */
import type { RepositoryAt } from '../../harbor/http/url.ts';
import type { FunctionContext } from '../../http/function.ts';
import { isSigned, type ShownArtifact } from '../../registry/detailed-artifacts.ts';
import { artifactAddress } from '../links.ts';
import { SortHead } from '../parts/list-parts.tsx';
import { CopyButton, Digest, SizeBar, Time } from '../parts/values.tsx';
import { Immutable, Platforms, PullTime, Signed, TypeName } from './artifact-values.tsx';
import { imageReference } from './image-reference.ts';

interface ArtifactTableProps {
  readonly c: FunctionContext;
  readonly at: RepositoryAt;
  readonly artifacts: readonly ShownArtifact[];
}

export function ArtifactTable({ c, at, artifacts }: ArtifactTableProps) {
  const largest = Math.max(0, ...artifacts.map(({ size_bytes }) => size_bytes));
  return (
    <div class="table-box">
      <table class="artifacts">
        <caption class="hidden-text">Artifacts</caption>
        <thead>
          <tr>
            <th scope="col">Tags</th>
            <SortHead c={c} field="digest">
              Digest
            </SortHead>
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
      </table>
    </div>
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
      <th scope="row">
        {tags.length === 0 ? (
          <a href={artifactAddress({ ...at, reference: digest })}>untagged</a>
        ) : (
          <ul class="tags">
            {tags.map((tag) => (
              <li>
                <a href={artifactAddress({ ...at, reference: tag })}>{tag}</a>
                <CopyButton text={imageReference(c, at, tag)} what="reference" />
              </li>
            ))}
          </ul>
        )}
      </th>
      <td>
        <Digest digest={digest} />
      </td>
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
