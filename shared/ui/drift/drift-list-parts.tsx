/** The images of /ui/drift: in groups by status, each unfolding to nodes, pods and digests. */
import type { DriftRow } from '../../domain/drift/drift-answer.ts';
import { containerText } from '../../domain/images/container-use.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Badge } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { Digest } from '../parts/values.tsx';
import { imageAddress } from '../view/image-address.ts';
import { nodeAddress } from '../view/links.ts';
import { linkWith } from '../view/view-list.ts';
import { STATUS_TEXTS, type StatusGroup } from './drift-statuses.ts';
import { imageNameText } from './image-name-text.ts';

interface RowProps {
  readonly c: FunctionContext;
  readonly row: DriftRow;
  /** How many nodes and how many containers a row lists. */
  readonly maxListed: number;
  readonly isOpen: boolean;
  /** True if the row itself says what to do. */
  readonly withAdvice?: boolean;
}

const USE_TEXTS: Readonly<Record<string, string>> = {
  true: ', running',
  false: ', not running',
  null: '',
};

interface GroupProps extends Omit<RowProps, 'row' | 'withAdvice'> {
  readonly group: StatusGroup;
  /** The number of rows on all pages. */
  readonly count: number;
}

export function DriftGroup({ group, count, ...row }: GroupProps) {
  const { name, meaning, advice } = STATUS_TEXTS[group.status];
  return (
    <section>
      <h2>{`${name}${USE_TEXTS[String(group.running)]} (${count})`}</h2>
      <p>
        {meaning}
        {advice !== null && (
          <>
            {' '}
            <strong>What to do:</strong> {advice}
          </>
        )}
      </p>
      {group.rows.map((one) => (
        <DriftImage {...row} row={one} />
      ))}
    </section>
  );
}

export function DriftImage({ c, row, maxListed, isOpen, withAdvice = false }: RowProps) {
  const { status, running, nodes, containers, detail, digest, image_id, registry_digest } = row;
  const { name, kind, advice } = STATUS_TEXTS[status];
  const more = linkWith(c, { q: digest ?? imageNameText(row), page: null, sort: null });
  const inHarbor = harborAddress(c, row);
  return (
    <details class="drift-image" open={isOpen}>
      <summary>
        <Badge kind={kind}>{name}</Badge> {running && <Badge kind="info">Running</Badge>}{' '}
        <span class="name">{imageNameText(row)}</span>{' '}
        <small>{nodes.length === 1 ? `on ${nodes[0]}` : `on ${nodes.length} nodes`}</small>
      </summary>
      <Facts
        facts={[
          ['Details', detail],
          ...(withAdvice ? [['What to do', advice ?? 'Nothing.'] as const] : []),
          digest === null && image_id !== null
            ? (['Image ID', <code>{image_id.slice(0, 13)}</code>] as const)
            : (['On the nodes', <Digest digest={digest} />] as const),
          ...(registry_digest === null
            ? []
            : [['In Harbor', <Digest digest={registry_digest} />] as const]),
          [
            'Nodes',
            <Some
              items={nodes}
              limit={maxListed}
              more={more}
              show={(node) => <a href={nodeAddress(node)}>{node}</a>}
            />,
          ],
          [
            'Containers',
            containers.length === 0 ? (
              'No container on these nodes uses it.'
            ) : (
              <Some
                items={containers}
                limit={maxListed}
                more={more}
                show={(use) => `${containerText(use)} on ${use.node}`}
              />
            ),
          ],
          ...(inHarbor === undefined
            ? []
            : [['Artifact', <a href={inHarbor}>Open the artifact</a>] as const]),
        ]}
      />
    </details>
  );
}

interface SomeProps<T> {
  readonly items: readonly T[];
  readonly limit: number;
  /** Where all of them are listed. */
  readonly more: string;
  readonly show: (item: T) => unknown;
}

function Some<T>({ items, limit, more, show }: SomeProps<T>) {
  return (
    <ul class="inline">
      {items.slice(0, limit).map((item) => (
        <li>{show(item)}</li>
      ))}
      {items.length > limit && (
        <li>
          <a href={more}>{`and ${items.length - limit} more`}</a>
        </li>
      )}
    </ul>
  );
}

/** The artifact in Harbor: that of the tag if it has moved. Undefined if Harbor has none. */
function harborAddress(c: FunctionContext, row: DriftRow): string | undefined {
  const { status, digest, registry_digest } = row;
  if (status === 'gone' || status === 'foreign') return undefined;
  return imageAddress(c, { name: imageNameText(row), digest: registry_digest ?? digest });
}
