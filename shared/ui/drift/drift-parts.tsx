/** The parts around the images of /ui/drift: the filter, the statuses with their counts, and why there is nothing. */

import type { DriftRow, DriftStatus } from '../../domain/drift/drift-answer.ts';
import type { Drift } from '../../domain/drift/read-drift.ts';
import type { NodeStatusRow } from '../../domain/nodes/nodes-answer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { Choices } from '../parts/choices.tsx';
import { SelectField } from '../parts/fields.tsx';
import { FilterForm } from '../parts/list-parts.tsx';
import { Empty, Notice } from '../parts/notices.tsx';
import { linkWith } from '../view/view-list.ts';
import { isDrifted, STATUS_TEXTS, STATUSES } from './drift-statuses.ts';

interface DriftFilterFormProps {
  readonly c: FunctionContext;
  readonly nodes: readonly NodeStatusRow[];
  readonly rows: readonly DriftRow[];
}

export function DriftFilterForm({ c, nodes, rows }: DriftFilterFormProps) {
  const names = nodes.map(({ name }) => name);
  const used = rows.flatMap(({ containers }) => containers.flatMap((one) => one.namespace ?? []));
  const namespaces = [...new Set(used)].sort(compareTexts);
  return (
    <FilterForm c={c} search="Name or digest">
      <SelectField
        c={c}
        name="status"
        label="Status"
        options={[
          ['', 'Any status'],
          ...STATUSES.map((status) => [status, STATUS_TEXTS[status].name] as const),
        ]}
      />
      <SelectField
        c={c}
        name="running"
        label="Use"
        options={[
          ['', 'Running or not'],
          ['true', 'Running'],
          ['false', 'Not running'],
        ]}
      />
      <SelectField c={c} name="node" label="Node" options={choicesOf('All nodes', names)} />
      <SelectField
        c={c}
        name="namespace"
        label="Namespace"
        options={choicesOf('All namespaces', namespaces)}
      />
    </FilterForm>
  );
}

function choicesOf(all: string, names: readonly string[]) {
  return [['', all] as const, ...names.map((name) => [name, name] as const)];
}

interface StatusLinksProps {
  readonly c: FunctionContext;
  /** All that the other filters find. */
  readonly rows: readonly DriftRow[];
  readonly status: DriftStatus | null;
}

export function StatusLinks({ c, rows, status }: StatusLinksProps) {
  const choiceOf = (one: DriftStatus | null) => ({
    href: linkWith(c, { status: one, page: null }),
    isCurrent: one === status,
  });
  return (
    <Choices
      label="Statuses"
      choices={[
        { ...choiceOf(null), name: 'All', count: rows.length },
        ...STATUSES.map((one) => ({
          ...choiceOf(one),
          name: STATUS_TEXTS[one].name,
          count: rows.filter((row) => row.status === one).length,
        })),
      ]}
    />
  );
}

/** How many reasons are listed. */
const MAX_ERRORS = 10;

/** Why images could not be compared. Nothing if all were. */
export function HarborNotice({ errors }: Pick<Drift, 'errors'>) {
  if (errors.length === 0) return null;
  return (
    <Notice
      kind="warn"
      title="Some images could not be compared with Harbor, so their status is unknown."
    >
      <ul>
        {errors.slice(0, MAX_ERRORS).map(({ error }) => (
          <li>{error}</li>
        ))}
        {errors.length > MAX_ERRORS && <li>{`${errors.length - MAX_ERRORS} more reasons`}</li>}
      </ul>
    </Notice>
  );
}

interface NothingDriftedProps {
  readonly c: FunctionContext;
  /** All images that were compared. */
  readonly rows: readonly DriftRow[];
  readonly isComplete: boolean;
  /** The only one whose images were compared; null: all images were. */
  readonly namespace: string | null;
}

export function NothingDrifted({ c, rows, isComplete, namespace }: NothingDriftedProps) {
  if (rows.length === 0 && !isComplete) {
    return (
      <Empty title="No image could be compared.">
        <p>The notices above say what could not be read.</p>
      </Empty>
    );
  }
  if (rows.length === 0 && namespace !== null) {
    return (
      <Empty title={`No container is in a namespace ${namespace}`}>
        <p>
          So nothing was compared. <a href={linkWith(c, { namespace: null })}>Compare all images</a>
        </p>
      </Empty>
    );
  }
  if (rows.length === 0) {
    return (
      <Empty title="There are no images to compare.">
        <p>
          <a href="/ui">See the nodes</a>
        </p>
      </Empty>
    );
  }
  const isClean = isComplete && !rows.some(isDrifted);
  return (
    <Empty title={isClean ? 'Nothing has drifted.' : 'No image matches.'}>
      <p>
        <a href={c.req.path}>Show all images</a>
      </p>
    </Empty>
  );
}
