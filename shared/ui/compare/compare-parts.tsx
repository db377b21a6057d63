/** The parts around the matrix: the filter, the kinds with their counts, who lacks most, and why nothing is shown. */

import type { NodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Choices } from '../parts/choices.tsx';
import { SelectField } from '../parts/fields.tsx';
import { FilterForm } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { linkWith } from '../view/view-list.ts';
import { type CellKind, isOfKind, KINDS, type MatrixRow, shortNames } from './matrix.ts';

interface NodesProps {
  readonly c: FunctionContext;
  readonly nodes: readonly NodeStatusRow[];
}

const KIND_NAMES: Readonly<Record<CellKind, string>> = {
  skew: 'Skew',
  partial: 'Partial',
  single: 'Single',
  common: 'Common',
};
const KIND_TEXTS: Readonly<Record<CellKind, string>> = {
  skew: 'one name, different versions; counted twice',
  partial: 'on several nodes, missing on some',
  single: 'on one node only',
  common: 'on every node that could be read',
};

export function CompareFilter({ c, nodes }: NodesProps) {
  const kinds = KINDS.map((kind) => [kind, KIND_NAMES[kind]] as const);
  const names = [...shortNames(nodes.map(({ name }) => name))];
  return (
    <FilterForm c={c} search="Name or digest">
      <SelectField c={c} name="kind" label="Kind" options={[['', 'All kinds'], ...kinds]} />
      <SelectField c={c} name="lacks" label="Missing on" options={[['', 'Any node'], ...names]} />
    </FilterForm>
  );
}

interface KindLinksProps {
  readonly c: FunctionContext;
  /** All that `q` and `lacks` find. */
  readonly rows: readonly MatrixRow[];
  readonly kind: CellKind | null;
}

export function KindLinks({ c, rows, kind }: KindLinksProps) {
  const choiceOf = (one: CellKind | null) => ({
    href: linkWith(c, { kind: one, page: null }),
    isCurrent: one === kind,
  });
  return (
    <Choices
      label="Kinds of images"
      choices={[
        { ...choiceOf(null), name: 'All', text: 'every image once', count: rows.length },
        ...KINDS.map((one) => ({
          ...choiceOf(one),
          name: KIND_NAMES[one],
          text: KIND_TEXTS[one],
          count: rows.filter((row) => isOfKind(row, one)).length,
        })),
      ]}
    />
  );
}

/** How many nodes the sentence names. */
const MAX_NODES = 5;

interface LackingProps extends NodesProps {
  readonly lacking: ReadonlyMap<string, number>;
}

/** Which node lacks what the others have, in a sentence. */
export function LackingNodes({ c, nodes, lacking }: LackingProps) {
  const readable = nodes.filter(({ status }) => status !== 'unreadable');
  if (readable.length === 0) return null;
  if (readable.length === 1) return <OneNode isOnly={nodes.length === 1} />;
  const short = shortNames(nodes.map(({ name }) => name));
  const most = [...lacking].toSorted(([, a], [, b]) => b - a);
  if (most.length === 0) {
    const which = readable.length === nodes.length ? 'No node' : 'No node that could be read';
    return <p>{which} lacks an image that most of the others have.</p>;
  }
  return (
    <p>
      Nodes that lack what {readable.length === 2 ? 'the other has' : 'most of the others have'}:{' '}
      {most.slice(0, MAX_NODES).map(([name, count], index) => (
        <>
          {index > 0 && ', '}
          <a href={linkWith(c, { lacks: name, kind: null, q: null, page: null })}>
            <strong>{short.get(name)}</strong> {`(${count} ${count === 1 ? 'image' : 'images'})`}
          </a>
        </>
      ))}
      {most.length > MAX_NODES && ` and ${most.length - MAX_NODES} more nodes`}.
    </p>
  );
}

function OneNode({ isOnly }: { readonly isOnly: boolean }) {
  return (
    <p>
      {isOnly
        ? 'There is only one node, so there is nothing to compare. To add nodes, set '
        : 'Only one node could be read, so there is nothing to compare. All its images count as common.'}
      {isOnly && <code>nodes_config</code>}
      {isOnly && '.'}
    </p>
  );
}

interface NothingProps extends NodesProps {
  readonly lacks: string | null;
  /** True if the nodes have no images at all. */
  readonly isEmpty: boolean;
}

export function NothingShown({ c, nodes, lacks, isEmpty }: NothingProps) {
  const { title, text } = reasonFor(nodes, { lacks, isEmpty });
  return (
    <Empty title={title}>
      <p>{text}</p>
      <p>{isEmpty ? <a href="/ui">See the nodes</a> : <a href={c.req.path}>Show all images</a>}</p>
    </Empty>
  );
}

function reasonFor(
  nodes: readonly NodeStatusRow[],
  { lacks, isEmpty }: Pick<NothingProps, 'lacks' | 'isEmpty'>,
): { readonly title: string; readonly text: string } {
  if (nodes.every(({ status }) => status === 'unreadable')) {
    return {
      title: 'No node could be read.',
      text: 'The images on the nodes are unknown.',
    };
  }
  if (isEmpty) {
    return {
      title: 'There are no images.',
      text: 'The nodes that could be read have none, or the ignore list hides all of them.',
    };
  }
  if (lacks !== null) {
    const node = nodes.find(({ name }) => name === lacks);
    if (node === undefined) return { title: `There is no node ${lacks}.`, text: 'Choose another.' };
    if (node.status === 'unreadable') {
      return {
        title: `What ${lacks} lacks is unknown.`,
        text: 'The node could not be read.',
      };
    }
    return {
      title: `${lacks} lacks none of these images.`,
      text: 'It has all of them that most of the other nodes have.',
    };
  }
  return { title: 'No image matches.', text: 'Change or clear the filter.' };
}
