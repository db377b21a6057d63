/** The large answers of a process: rows are encoded once and held once for all clients that take them. */
import { type EncodedRows, encodeRows, type RowLists } from '../../http/encoded-rows.ts';
import type { FoundLists, LargeAnswers } from '../../http/large-answers.ts';
import { type Part, sizeOf } from '../../values/body-parts.ts';
import type { Row } from '../../values/list.ts';
import { Problem } from '../../values/problem.ts';
import { type GiveWay, neverGiveWay } from '../../values/waiting/give-way.ts';
import { createLimit, noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';

/** Two lists of 100,000 artifacts. One answer is sent whatever its size. */
const MAX_BYTES = 128 * 1024 * 1024;
/** Smaller ones are not counted: the number of connections limits them. */
const MIN_COUNTED_BYTES = 64 * 1024;

/** Plans that are made at a time. One of 30,000 artifacts takes about 20 MB until it is encoded. */
const PLANS = 4;

/** Rows that were encoded, and what they became. */
interface Known {
  readonly lists: RowLists;
  readonly isPretty: boolean;
  /** The first of its parts, which each answer that is sent holds. */
  readonly firstPart: WeakRef<Part>;
}

export function createLargeAnswers({
  giveWay = neverGiveWay,
  maxBytes = MAX_BYTES,
  observe = () => noQueueObserver,
}: {
  readonly giveWay?: GiveWay;
  readonly maxBytes?: number;
  readonly observe?: (queue: 'large_answers' | 'cleanup_plans') => QueueObserver;
}): LargeAnswers {
  const observer = observe('large_answers');
  const inTurn = createLimit({
    concurrency: 1,
    waiting: QUEUE_LIMITS.large_answers,
    waitsFor: 'long lists',
    observer,
  });
  const planInTurn = createLimit({
    concurrency: PLANS,
    waiting: QUEUE_LIMITS.cleanup_plans,
    waitsFor: 'plans of cleanups',
    observer: observe('cleanup_plans'),
  });
  /** By their first row. An answer is known as long as somebody sends it. */
  const knownBy = new WeakMap<Row, readonly Known[]>();
  const encodedWith = new WeakMap<Part, EncodedRows>();
  /** How many answers have each part. */
  const users = new Map<Part, number>();
  let underWay = 0;

  /** As long as what was found is kept. */
  const encodedOf = new WeakMap<FoundLists, EncodedRows>();

  async function encodeOnce({ lists }: FoundLists, isPretty: boolean): Promise<EncodedRows> {
    const first = Object.values(lists).find((rows) => rows.length > 0)?.[0];
    if (first === undefined) return encodeRows(lists, { isPretty });
    const alive = (knownBy.get(first) ?? []).filter(({ firstPart }) => firstPart.deref());
    const same = alive.find((known) => known.isPretty === isPretty && isSame(known.lists, lists));
    const part = same?.firstPart.deref();
    const shared = part && encodedWith.get(part);
    if (shared !== undefined) return shared;
    const encoded = await encodeRows(lists, { isPretty });
    const [firstPart] = encoded.parts;
    if (firstPart === undefined) return encoded;
    encodedWith.set(firstPart, encoded);
    knownBy.set(first, [...alive, { lists, isPretty, firstPart: new WeakRef(firstPart) }]);
    return encoded;
  }

  function release(parts: readonly Part[]): void {
    for (const part of parts) {
      const others = (users.get(part) ?? 1) - 1;
      if (others > 0) users.set(part, others);
      else {
        users.delete(part);
        underWay -= part.length;
      }
    }
  }

  return {
    async encode(given, { isPretty, signal }) {
      if (typeof given !== 'function') {
        const encoded = encodedOf.get(given);
        if (encoded !== undefined) return { found: given, encoded };
      }
      return inTurn(async () => {
        await giveWay();
        const found = typeof given === 'function' ? given() : given;
        await giveWay();
        const encoded = encodedOf.get(found) ?? (await encodeOnce(found, isPretty));
        encodedOf.set(found, encoded);
        return { found, encoded };
      }, signal?.());
    },
    inTurn,
    planInTurn,
    hold(parts) {
      if (sizeOf(parts) < MIN_COUNTED_BYTES) return () => undefined;
      const added = parts.reduce((sum, part) => sum + (users.has(part) ? 0 : part.length), 0);
      if (underWay > 0 && underWay + added > maxBytes) {
        observer.refused();
        throw new Problem(
          'overloaded',
          'Too many long answers are being sent. Ask for a slice with page and page_size, or try again later.',
          { headers: { 'Retry-After': '5' } },
        );
      }
      underWay += added;
      for (const part of parts) users.set(part, (users.get(part) ?? 0) + 1);
      let held = parts;
      return () => {
        release(held);
        held = [];
      };
    },
  };
}

function isSame(known: RowLists, lists: RowLists): boolean {
  const names = Object.keys(lists);
  return (
    names.length === Object.keys(known).length &&
    names.every((name) => areSame(known[name] ?? [], lists[name] ?? []))
  );
}

/** The same objects in the same order: rows are values, so they have the same text. */
function areSame(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.every((row, index) => row === others[index]);
}
