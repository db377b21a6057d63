/** The table of a host's images. */
import { type Place, placeOf } from '../../drift/image-names.ts';
import { type ContainerUse, containerText } from '../../host/container-use.ts';
import type { IgnoreRow } from '../../host/ignore-list.ts';
import { NONE } from '../../host/image-name.ts';
import type { FunctionContext } from '../../http/function.ts';
import { artifactAddress } from '../links.ts';
import { Badge } from '../parts/badge.tsx';
import { SortHead } from '../parts/list-parts.tsx';
import { Table } from '../parts/table.tsx';
import { CopyButton, Digest, SizeBar } from '../parts/values.tsx';
import type { ViewImage } from './view-images.ts';

interface ImageTableProps {
  readonly c: FunctionContext;
  readonly label: string;
  readonly rows: readonly ViewImage[];
  /** The size of the largest image. */
  readonly largest: number;
  /** Harbor's names in image references. */
  readonly registries: readonly string[];
  /** Whether there may be ignored images. */
  readonly withIgnored: boolean;
}

export function ImageTable({ c, label, rows, largest, registries, withIgnored }: ImageTableProps) {
  return (
    <Table label={label} headsStay class="images">
      <thead>
        <tr>
          <SortHead c={c} field="repository">
            Repository
          </SortHead>
          <SortHead c={c} field="tag">
            Tag
          </SortHead>
          <SortHead c={c} field="size_bytes" numeric>
            Size
          </SortHead>
          <SortHead c={c} field="in_use">
            Used by
          </SortHead>
          <SortHead c={c} field="pinned">
            Pinned
          </SortHead>
          <SortHead c={c} field="digest">
            Digest
          </SortHead>
          <SortHead c={c} field="image_id">
            Image ID
          </SortHead>
          {withIgnored && <th scope="col">Hidden by</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((image) => (
          <tr class={image.ignored_by === null ? undefined : 'ignored'}>
            <th scope="row" class="name">
              <a href={addressOf(image, placeOf(image.repository, registries))}>
                {image.repository}
              </a>
            </th>
            <td class="tag">
              {image.tag === NONE ? <span class="unknown">none</span> : image.tag}
            </td>
            <td class="number">
              <SizeBar bytes={image.size_bytes} largest={largest} />
            </td>
            <td>
              <Use containers={image.containers} />
            </td>
            <td>{image.pinned ? <Badge kind="info">pinned</Badge> : 'no'}</td>
            <td>
              <Digest digest={image.digest} />
            </td>
            <td class="digest">
              <code title={image.id}>{image.image_id}</code>
              <CopyButton text={image.id} what="image id" />
            </td>
            {withIgnored && (
              <td>
                {image.ignored_by === null ? 'not hidden' : <HiddenBy {...image.ignored_by} />}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

/** The artifact in Harbor; of an image of another registry the nodes that have it. */
function addressOf({ repository, tag, digest }: ViewImage, place: Place): string {
  const reference = tag === NONE ? digest : tag;
  const artifact =
    typeof place === 'string' || reference === null
      ? undefined
      : artifactAddress({ ...place, reference });
  return artifact ?? `/ui/compare?${new URLSearchParams({ q: nameOf({ repository, tag }) })}`;
}

function nameOf({ repository, tag }: Pick<ViewImage, 'repository' | 'tag'>): string {
  return tag === NONE ? repository : `${repository}:${tag}`;
}

/** The containers of an image: the first one, and all of them unfolded. */
function Use({ containers }: Pick<ViewImage, 'containers'>) {
  if (containers === null) return <span class="unknown">unknown</span>;
  const running = containers.filter(({ state }) => state === 'running');
  const [first] = running.length > 0 ? running : containers;
  if (first === undefined) return <span class="unused">not used</span>;
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

function HiddenBy({ line, text }: IgnoreRow) {
  return (
    <>
      line {line}: <code>{text}</code>
    </>
  );
}
