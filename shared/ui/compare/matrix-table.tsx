/** The matrix of images and nodes. Ten thousand cells, so each is as short as it can be. */
import { raw } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { NodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { firstNames } from '../../values/first-names.ts';
import { Badge } from '../parts/badge.tsx';
import { LongName } from '../parts/long-name.tsx';
import { Table } from '../parts/table.tsx';
import { Size } from '../parts/values.tsx';
import { imageAddress } from '../view/image-address.ts';
import { nodeAddress } from '../view/links.ts';
import { linkWith } from '../view/view-list.ts';
import { cellsOf, isOfKind, type MatrixCell, type MatrixRow, shortNames } from './matrix.ts';

interface MatrixProps {
  readonly c: FunctionContext;
  readonly nodes: readonly NodeStatusRow[];
  readonly rows: readonly MatrixRow[];
  /** By node, how many images it lacks that most others have. */
  readonly lacking: ReadonlyMap<string, number>;
}

export function MatrixTable({ c, nodes, rows, lacking }: MatrixProps) {
  const names = nodes.map(({ name }) => name);
  const unreadable = nodes.filter(({ status }) => status === 'unreadable');
  const unknown = new Set(unreadable.map(({ name }) => name));
  const texts = cellTexts();
  return (
    <>
      <Legend />
      <Table label="Images by node" headsStay isMatrix>
        <thead>
          <NodeHeads nodes={nodes} />
          <tr>
            <th scope="row">
              Lacks <small>what most others have, of all images</small>
            </th>
            {names.map((name) =>
              unknown.has(name) ? CELLS.unknown : <Lacks c={c} name={name} lacking={lacking} />,
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <ImageHead c={c} row={row} />
              {raw(
                cellsOf(row, names, unknown)
                  .map((cell) => texts[cell])
                  .join(''),
              )}
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  );
}

const CELLS: Readonly<Record<MatrixCell, JSX.Element>> = {
  has: <td>✓</td>,
  other: (
    <td class="o" aria-label="another digest">
      ≠
    </td>
  ),
  lacking: (
    <td class="m" aria-label="missing">
      –
    </td>
  ),
  missing: <td aria-label="missing">–</td>,
  unknown: (
    <td class="u" aria-label="unknown">
      ?
    </td>
  ),
};

/** Each kind of cell as HTML without data, because hono/jsx takes several times as long for ten thousand elements. */
function cellTexts(): Readonly<Record<MatrixCell, string>> {
  const { has, other, lacking, missing, unknown } = CELLS;
  return {
    has: String(has),
    other: String(other),
    lacking: String(lacking),
    missing: String(missing),
    unknown: String(unknown),
  };
}

function Legend() {
  return (
    <p class="small matrix-legend">
      <span>
        <b>✓</b> has the image
      </span>
      <span class="m">
        <b>–</b> missing, and most other nodes have it
      </span>
      <span>
        <b>–</b> missing
      </span>
      <span class="o">
        <b>≠</b> has another digest under the same name
      </span>
      <span class="u">
        <b>?</b> unknown: the node could not be read
      </span>
    </p>
  );
}

const STATUS_TEXT = { ok: '', stale: ' (stale)', unreadable: ' (unreadable)' } as const;

function NodeHeads({ nodes }: Pick<MatrixProps, 'nodes'>) {
  const short = shortNames(nodes.map(({ name }) => name));
  return (
    <tr>
      <th scope="col">Image</th>
      {nodes.map(({ name, status }) => (
        <th scope="col" class={status === 'unreadable' ? 'u' : undefined}>
          <a href={nodeAddress(name)} title={name}>
            {short.get(name)}
            {STATUS_TEXT[status]}
          </a>
        </th>
      ))}
    </tr>
  );
}

interface LacksProps extends Pick<MatrixProps, 'c' | 'lacking'> {
  readonly name: string;
}

function Lacks({ c, name, lacking }: LacksProps) {
  const count = lacking.get(name) ?? 0;
  if (count === 0) return <td>0</td>;
  return (
    <td class="m">
      <a href={linkWith(c, { lacks: name, kind: null, page: null })}>{count}</a>
    </td>
  );
}

interface ImageHeadProps {
  readonly c: FunctionContext;
  readonly row: MatrixRow;
}

function ImageHead({ c, row }: ImageHeadProps) {
  const { digest, id, names, nodes, missing_on, size_bytes } = row;
  const [name = null, ...others] = names;
  const address = imageAddress(c, { name, digest });
  const key = digest?.replace(/^sha256:/, '') ?? id ?? '';
  return (
    <th scope="row" class="name">
      {name === null ? (
        '<none>'
      ) : (
        <a href={address}>
          <LongName name={name} />
        </a>
      )}
      {others.length > 0 && <small> {furtherNames(name ?? '', others)}</small>}
      <small class="facts-line">
        <KindBadges row={row} />{' '}
        <span>{`on ${nodes.length} of ${nodes.length + missing_on.length}`}</span>{' '}
        <code title={digest ?? id ?? ''}>{key.slice(0, 12)}</code> <Size bytes={size_bytes} />
      </small>
    </th>
  );
}

const LIST_KINDS = { partial: 'warn', single: 'info', common: 'ok' } as const;

function KindBadges({ row }: { readonly row: MatrixRow }) {
  return (
    <>
      {isOfKind(row, 'skew') && <Badge kind="bad">skew</Badge>}{' '}
      <Badge kind={LIST_KINDS[row.list]}>{row.list}</Badge>
    </>
  );
}

/** How many further names a row has room for. */
const MAX_NAMES = 3;

/** `:stable, :v2 and 3 more`: other tags of the same repository without its name. */
function furtherNames(name: string, others: readonly string[]): string {
  const repository = name.slice(0, name.lastIndexOf(':') + 1);
  const isTag = (other: string) => repository !== '' && other.startsWith(repository);
  const short = others.map((other) => (isTag(other) ? other.slice(repository.length - 1) : other));
  return firstNames(short, MAX_NAMES);
}
