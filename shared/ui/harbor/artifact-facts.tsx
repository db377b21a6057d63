/** The facts that Harbor gives of one artifact. */

import { isSigned } from '../../domain/registry/registry-lists.ts';
import type { FunctionContext } from '../../http/function.ts';
import type { Accessory, DetailedArtifact } from '../../ports/registry-rows.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { Facts } from '../parts/facts.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Copied, Digest, PullTime, Size, Time, Unknown } from '../parts/values.tsx';
import { artifactAddress } from '../view/links.ts';
import { Immutable, Platforms, Signed, TypeName } from './artifact-values.tsx';
import { imageReference } from './image-reference.ts';
import { Tags } from './tags.tsx';

interface ArtifactFactsProps {
  readonly c: FunctionContext;
  readonly at: RepositoryAt;
  readonly artifact: DetailedArtifact;
}

export function ArtifactFacts({ c, at, artifact }: ArtifactFactsProps) {
  const { digest, tags, details } = artifact;
  return (
    <Facts
      facts={[
        ['Digest', <Copied text={digest} what="digest" />],
        ['Reference', <Copied text={imageReference(c, at, digest)} what="reference" />],
        ['Tags', tags.length === 0 ? 'none (untagged)' : <Tags c={c} at={at} tags={tags} />],
        ['Type', <TypeName type={artifact.type} />],
        ['Media type', artifact.media_type ?? <Unknown />],
        ['Platforms', <Platforms at={at} platforms={artifact.platforms} />],
        ['Size', <Size bytes={artifact.size_bytes} />],
        ['Pushed', <Time at={artifact.push_time} />],
        ['Pulled', <PullTime at={artifact.pull_time} />],
        ['Immutable', <Immutable tags={tags} immutable={details.immutableTags} />],
        ['Signed', <Signed isSigned={isSigned(details)} />],
      ]}
    />
  );
}

interface AccessoriesProps {
  readonly at: RepositoryAt;
  readonly accessories: readonly Accessory[];
}

const ACCESSORY_COLUMNS: readonly Column[] = [
  { head: 'Type' },
  { head: 'Digest' },
  { head: 'Size', isNumber: true },
];

/** Nothing if there is none. */
export function Accessories({ at, accessories }: AccessoriesProps) {
  if (accessories.length === 0) return null;
  return (
    <section aria-labelledby="accessories">
      <h2 id="accessories">Accessories</h2>
      <p>Attached to the artifact. Harbor deletes them with it.</p>
      <Table label="Accessories of the artifact">
        <Heads columns={ACCESSORY_COLUMNS} />
        <tbody>
          {accessories.map(({ type, digest, sizeBytes }) => (
            <Row>
              <RowHead>
                <a href={artifactAddress({ ...at, reference: digest })}>{type ?? 'unknown type'}</a>
              </RowHead>
              <Cell label="Digest">
                <Digest digest={digest} />
              </Cell>
              <Cell label="Size" class="number">
                <Size bytes={sizeBytes} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}

/** Texts that whoever built the artifact chose, so nothing in them becomes a link. */
export function Annotations({
  annotations,
}: {
  readonly annotations: DetailedArtifact['annotations'];
}) {
  const entries = Object.entries(annotations);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="annotations">
      <h2 id="annotations">Annotations</h2>
      <Facts facts={entries} />
    </section>
  );
}
