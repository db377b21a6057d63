/** Who deleted how much of what a search finds. */

import type { FunctionContext } from '../../http/function.ts';
import { searchParams } from '../../http/query.ts';
import type { JournalRow } from '../../ports/journal-record.ts';
import { humanSize } from '../../values/size.ts';
import { Choices } from '../parts/choices.tsx';
import { linkWith } from '../view/view-list.ts';

interface Count {
  deleted: number;
  /** The number of those not deleted, or not known to be. */
  others: number;
  bytes: number;
}

/** By the name of the token; null: deletes needed no token. */
export type ActorCounts = ReadonlyMap<string | null, Readonly<Count>>;

/** Counts one row after another. */
export function actorCounter(): { add(row: JournalRow): void; readonly counts: ActorCounts } {
  const counts = new Map<string | null, Count>();
  return {
    counts,
    add({ actor, outcome, size_bytes }) {
      const count = counts.get(actor) ?? { deleted: 0, others: 0, bytes: 0 };
      counts.set(actor, count);
      if (outcome === 'deleted') {
        count.deleted += 1;
        count.bytes += size_bytes ?? 0;
      } else {
        count.others += 1;
      }
    },
  };
}

/** How a page names an actor. */
export function actorName(actor: string | null): string {
  return actor ?? 'no token';
}

interface ActorLinksProps {
  readonly c: FunctionContext;
  readonly counts: ActorCounts;
}

/** Links that show what one of them deleted. */
export function ActorLinks({ c, counts }: ActorLinksProps) {
  if (counts.size === 0) return null;
  const current = searchParams(c).get('actor') ?? '';
  const ordered = [...counts].toSorted(([, a], [, b]) => b.deleted - a.deleted);
  return (
    <Choices
      label="Who deleted"
      choices={ordered.map(([actor, { deleted, others, bytes }]) => ({
        count: deleted,
        name: `by ${actorName(actor)}`,
        text: `${humanSize(bytes)} of artifacts${others > 0 ? `; ${others} not deleted or not known` : ''}`,
        href: actorAddress(c, actor, current),
        isCurrent: actor === current,
      }))}
    />
  );
}

/** Links to what an actor deleted; the current one to what all did. The API cannot filter for those without a token. */
function actorAddress(
  c: FunctionContext,
  actor: string | null,
  current: string,
): string | undefined {
  if (actor === null) return undefined;
  return linkWith(c, { actor: actor === current ? null : actor, page: null });
}
