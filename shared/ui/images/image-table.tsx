/** The table of a host's images. */

import { type ContainerUse, containerText } from '../../domain/images/container-use.ts';
import type { FunctionContext } from '../../http/function.ts';
import type { IgnoreRow } from '../../ports/ignore-list.ts';
import { NONE } from '../../values/image-name.ts';
import { Badge } from '../parts/badge.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { LongName } from '../parts/long-name.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { CopyButton, Digest, SizeBar, Unknown } from '../parts/values.tsx';
import { imageAddress } from '../view/image-address.ts';
import { compareAddress } from '../view/links.ts';
import type { ViewImage } from './view-images.ts';

interface ImageTableProps {
  readonly c: FunctionContext;
  readonly label: string;
  readonly rows: readonly ViewImage[];
  /** The size of the largest image. */
  readonly largest: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'Repository', field: 'repository' },
  { head: 'Tag', field: 'tag' },
  { head: 'Size', field: 'size_bytes', isNumber: true },
  { head: 'Used by', field: 'in_use' },
  { head: 'Digest, image ID', field: 'digest' },
];

export function ImageTable({ c, label, rows, largest }: ImageTableProps) {
  return (
    <Table label={label} headsStay class="images">
      <Heads columns={COLUMNS} sortedBy={c} />
      <tbody>
        {rows.map((image) => (
          <ImageRow c={c} image={image} largest={largest} />
        ))}
      </tbody>
    </Table>
  );
}

type ImageRowProps = Pick<ImageTableProps, 'c' | 'largest'> & {
  readonly image: ViewImage;
};

function ImageRow({ c, image, largest }: ImageRowProps) {
  const { tag, digest, id, ignored_by } = image;
  return (
    <Row>
      <RowHead>
        <Repository c={c} image={image} />
        {ignored_by !== null && <IgnoredBy {...ignored_by} />}
      </RowHead>
      <Cell label="Tag">{tag === NONE ? <Unknown text="none" /> : tag}</Cell>
      <Cell label="Size" class="number">
        <SizeBar bytes={image.size_bytes} largest={largest} />
      </Cell>
      <Cell label="Used by">
        <Use containers={image.containers} />
        {image.pinned && <Badge kind="info">pinned</Badge>}
      </Cell>
      <Cell label="Digest, ID">
        <Digest digest={digest} />
        <p class="digest">
          <span class="small">ID </span>
          <code title={id}>{image.image_id}</code>
          <CopyButton text={id} what="image ID" />
        </p>
      </Cell>
    </Row>
  );
}

/** Leads to the artifact in Harbor, or, of an image of another registry, to the nodes that have it. */
function Repository({ c, image }: Pick<ImageRowProps, 'c' | 'image'>) {
  const { repository, tag, digest } = image;
  if (repository === NONE) return <Unknown text="no name" />;
  const name = tag === NONE ? repository : `${repository}:${tag}`;
  return (
    <a href={imageAddress(c, { name, digest }) ?? compareAddress({ q: name })}>
      <LongName name={repository} />
    </a>
  );
}

/** The containers of an image: the first one, and all of them unfolded. */
function Use({ containers }: Pick<ViewImage, 'containers'>) {
  if (containers === null) return <Unknown />;
  const running = containers.filter(({ state }) => state === 'running');
  const [first] = running.length > 0 ? running : containers;
  if (first === undefined) return <p class="unused">no container</p>;
  const others = containers.length - 1;
  return (
    <details class="unfold">
      <summary>
        <Badge kind={first.state === 'running' ? 'ok' : 'none'}>{first.state}</Badge>{' '}
        {userOf(first)}
        {others > 0 && `, ${others} more`}
      </summary>
      <ul>
        {containers.map((use) => (
          <li>{containerText(use)}</li>
        ))}
      </ul>
    </details>
  );
}

function userOf({ namespace, pod, container }: ContainerUse): string {
  if (pod === null) return container;
  return namespace === null ? pod : `${namespace}/${pod}`;
}

function IgnoredBy({ line, text }: IgnoreRow) {
  return (
    <p class="ignored-by">
      Ignored by line {line}: <code>{text.replace(/,\s*$/, '')}</code>
    </p>
  );
}
