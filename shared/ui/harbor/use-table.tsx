/** Who uses an artifact: containers on nodes, and nodes that have it without a container. */

import type { Use } from '../../domain/images/use.ts';
import type { FunctionContext } from '../../http/function.ts';
import { Badge, type BadgeKind } from '../parts/badge.tsx';
import { type Column, Heads } from '../parts/list-parts.tsx';
import { Cell, Row, RowHead, Table } from '../parts/table.tsx';
import { Time, Unknown } from '../parts/values.tsx';
import { nodeAddress } from '../view/links.ts';

interface UseTableProps {
  /** For screen readers; it differs from other tables of the page. */
  readonly label: string;
  readonly uses: readonly Use[];
  /** The request whose query sorts the uses; without it, they cannot be sorted. */
  readonly sortedBy?: FunctionContext;
}

const COLUMNS: readonly Column[] = [
  { head: 'Node', field: 'node' },
  { head: 'Namespace and pod', field: 'pod' },
  { head: 'Container', field: 'container' },
  { head: 'State', field: 'state' },
  { head: 'Since', field: 'since' },
  { head: 'Found by', field: 'match' },
];

export function UseTable({ label, uses, sortedBy }: UseTableProps) {
  return (
    <Table label={label} class="uses">
      <Heads columns={COLUMNS} sortedBy={sortedBy} />
      <tbody>
        {uses.map((use) => (
          <UseRow use={use} />
        ))}
      </tbody>
    </Table>
  );
}

const FOUND_BY: Readonly<Record<Use['match'], string>> = {
  artifact: 'its digest',
  child: 'the digest of a platform or an accessory',
  index: 'the digest of an index that contains it',
  name: 'its name only',
};

function UseRow({ use }: { readonly use: Use }) {
  const { node, namespace, pod, container, state, since, match, image } = use;
  return (
    <Row>
      <RowHead>
        <a href={nodeAddress(node)}>{node}</a>
      </RowHead>
      {container === null ? (
        <Cell label="State" colspan={4}>
          <Badge kind="none">present</Badge> The node has the image, but no container uses it.
        </Cell>
      ) : (
        <>
          <Cell label="Pod" class="name">
            {pod === null ? <Unknown text="no pod known" /> : podName(namespace, pod)}
          </Cell>
          <Cell label="Container" class="name">
            {container}
          </Cell>
          <Cell label="State">
            <Badge kind={kindOf(state)}>{state ?? 'unknown'}</Badge>
          </Cell>
          <Cell label="Since">
            <Time at={since} />
          </Cell>
        </>
      )}
      <Cell label="Found by" class="name">
        {FOUND_BY[match]}: <code>{image}</code>
      </Cell>
    </Row>
  );
}

function podName(namespace: string | null, pod: string): string {
  return namespace === null ? pod : `${namespace}/${pod}`;
}

function kindOf(state: string | null): BadgeKind {
  if (state === 'running') return 'ok';
  return state === null || state === 'unknown' ? 'warn' : 'none';
}
