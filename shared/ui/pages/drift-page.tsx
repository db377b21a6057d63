/** GET /ui/drift: how the images on nodes differ from Harbor, and what to do. The data of GET /drift. */

import { driftList, driftQuery, findDrift, keptRows } from '../../domain/drift/drift-list.ts';
import type { Drift } from '../../domain/drift/read-drift.ts';
import { nodesMembersOf } from '../../domain/nodes/nodes-answer.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { requestOf } from '../../http/request-context.ts';
import { filterAndSort, listOptions } from '../../values/list.ts';
import { DriftGroup, DriftImage } from '../drift/drift-list-parts.tsx';
import {
  DriftFilterForm,
  HarborNotice,
  NothingDrifted,
  StatusLinks,
} from '../drift/drift-parts.tsx';
import { byUrgency, statusGroups } from '../drift/drift-statuses.ts';
import { RunningNotice } from '../drift/running-notice.tsx';
import { answerPage } from '../page.tsx';
import { Pager, Results } from '../parts/list-parts.tsx';
import { NodesNotice } from '../parts/nodes-notice.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { viewRows } from '../view/view-list.ts';
import { mayView } from '../view-access.ts';

export const driftPage = createFunction().get(
  '/ui/drift',
  mayView('read'),
  input({ query: driftQuery, emptyIsAbsent: true }),
  async (c) => {
    const query = c.req.valid('query');
    const { reading, found } = await findDrift(c.get('services'), requestOf(c), query);
    const { nodes, complete } = nodesMembersOf(reading);
    return answerPage(c, {
      title: 'Drift',
      content: (
        <>
          <p class="lead">Every image on the nodes, compared with Harbor.</p>
          <DriftFilterForm c={c} nodes={nodes} rows={found.rows} />
          <Results>
            <RunningNotice c={c} rows={found.rows} isComplete={complete} />
            <NodesNotice nodes={nodes} />
            <HarborNotice errors={found.errors} />
            <Images c={c} query={query} found={found} isComplete={complete} />
          </Results>
        </>
      ),
    });
  },
);

/** So few images are listed with everything. */
const FEW = 5;
const MAX_LISTED = 6;

interface ImagesProps {
  readonly c: FunctionContext;
  readonly query: ReturnType<typeof driftQuery.parse>;
  readonly found: Drift;
  readonly isComplete: boolean;
}

function Images({ c, query, found, isComplete }: ImagesProps) {
  const { status, running, sort } = query;
  const { memo } = c.get('services');
  const ordered = memo(byUrgency, found.rows);
  const ofUse = keptRows(c.get('services'), { ...found, rows: ordered }, { running });
  const counted = filterAndSort(ofUse, listOptions(query), driftList);
  const kept = keptRows(c.get('services'), { ...found, rows: ordered }, { status, running });
  const list = viewRows(kept, driftList, query);
  const isFew = list.total <= FEW;
  const row = {
    c,
    maxListed: isFew ? Number.POSITIVE_INFINITY : MAX_LISTED,
    isOpen: list.total === 1,
  };
  const counts = new Map(statusGroups(list.found).map(({ key, rows }) => [key, rows.length]));
  return (
    <>
      {found.rows.length > 0 && <StatusLinks c={c} rows={counted} status={status ?? null} />}
      {isPastEnd(list) ? (
        <PastEnd c={c} />
      ) : list.rows.length === 0 ? (
        <NothingDrifted
          c={c}
          rows={found.rows}
          isComplete={isComplete}
          namespace={query.namespace ?? null}
        />
      ) : (
        <>
          <Pager c={c} list={list} />
          {sort !== undefined
            ? list.rows.map((one) => <DriftImage {...row} row={one} withAdvice />)
            : statusGroups(list.rows).map((group) => (
                <DriftGroup {...row} group={group} count={counts.get(group.key) ?? 0} />
              ))}
        </>
      )}
    </>
  );
}
