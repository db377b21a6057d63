/** The statuses of drift for people: what each means, what to do, and which count as drifted. The most urgent one comes first. */
import type { DriftRow, DriftStatus } from '../../domain/drift/drift-answer.ts';
import type { BadgeKind } from '../parts/badge.tsx';

interface StatusText {
  readonly name: string;
  readonly kind: BadgeKind;
  readonly meaning: string;
  /** The thing to do; null: nothing. */
  readonly advice: string | null;
}

export const STATUS_TEXTS: Readonly<Record<DriftStatus, StatusText>> = {
  gone: {
    name: 'Gone',
    kind: 'bad',
    meaning: 'Harbor no longer has the image, so no node can pull it again.',
    advice:
      'Push the image to Harbor again, or deploy one that Harbor has, before its nodes are drained or replaced.',
  },
  tag_moved: {
    name: 'Tag moved',
    kind: 'warn',
    meaning: 'In Harbor, the tag now refers to another digest.',
    advice:
      'To run the new image, restart the pods with imagePullPolicy Always. To keep this one, deploy it by digest: the next pull by tag gets the new image.',
  },
  untagged: {
    name: 'Untagged',
    kind: 'warn',
    meaning: 'Harbor has the digest, but no longer under this tag.',
    advice:
      'Tag the digest in Harbor again, or deploy a version that has a tag: a cleanup of the registry may delete artifacts without tags.',
  },
  unknown: {
    name: 'Unknown',
    kind: 'none',
    meaning: 'The image could not be compared. It may be gone.',
    advice: 'Expand the image to see the reason. If Harbor did not answer, reload the page.',
  },
  foreign: {
    name: 'Foreign',
    kind: 'info',
    meaning: 'The image comes from another registry, so Harbor is not asked.',
    advice: 'If this is another name of your Harbor, add it to registry_aliases.',
  },
  in_sync: {
    name: 'In sync',
    kind: 'ok',
    meaning: 'Harbor has the image.',
    advice: null,
  },
};

export const STATUSES = Object.keys(STATUS_TEXTS) as readonly DriftStatus[];

/** Statuses that ask for nothing. */
const SETTLED: readonly DriftStatus[] = ['foreign', 'in_sync'];

/** Tells whether an image differs from Harbor, or may. */
export function isDrifted({ status }: Pick<DriftRow, 'status'>): boolean {
  return !SETTLED.includes(status);
}

/** Rows with the same status, and of a status that asks for something also with the same use. */
export interface StatusGroup {
  readonly key: string;
  readonly status: DriftStatus;
  /** True if its images run, false if not; null: both are in the group. */
  readonly running: boolean | null;
  readonly rows: readonly DriftRow[];
}

/**
 * Images that have drifted: running ones first, then by status. The others come last: by status, then running ones
 * first.
 */
export function byUrgency(rows: readonly DriftRow[]): readonly DriftRow[] {
  const byUse = (a: DriftRow, b: DriftRow) => Number(b.running) - Number(a.running);
  const byStatus = (a: DriftRow, b: DriftRow) =>
    STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status);
  return rows.toSorted(
    (a, b) =>
      Number(isDrifted(b)) - Number(isDrifted(a)) ||
      (isDrifted(a) ? byUse(a, b) : 0) ||
      byStatus(a, b) ||
      byUse(a, b),
  );
}

/** Groups rows in the order of `byUrgency`. */
export function statusGroups(rows: readonly DriftRow[]): readonly StatusGroup[] {
  const groups = new Map<string, StatusGroup & { readonly rows: DriftRow[] }>();
  for (const row of rows) {
    const { status } = row;
    const running = isDrifted(row) ? row.running : null;
    const key = `${status} ${running}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, status, running, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}
