/** The statuses of drift for people: what each means, and what to do. The most urgent one comes first. */
import type { DriftRow } from '../../drift/drift-answer.ts';
import type { Kind } from '../parts/badge.tsx';

export type DriftStatus = DriftRow['status'];

interface StatusText {
  readonly name: string;
  readonly kind: Kind;
  readonly meaning: string;
  readonly advice: string;
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
      'Restart the pods to get the image of the tag, or deploy by digest to keep this one. A new pull by tag gets the other image.',
  },
  untagged: {
    name: 'Untagged',
    kind: 'warn',
    meaning: 'Harbor has the digest, but no longer under this tag.',
    advice:
      'Tag the digest in Harbor again, or deploy a version that has a tag: a cleanup may delete what has none.',
  },
  unknown: {
    name: 'Unknown',
    kind: 'none',
    meaning: 'The image could not be compared. It may be gone.',
    advice: 'Unfold the image to see the reason. If Harbor did not answer, load the page again.',
  },
  foreign: {
    name: 'Foreign',
    kind: 'info',
    meaning: 'The image comes from another registry, so Harbor is not asked.',
    advice:
      'Nothing, if that is intended. If nodes know Harbor by another name, add the name to registry_aliases.',
  },
  in_sync: {
    name: 'In sync',
    kind: 'ok',
    meaning: 'Harbor has the image.',
    advice: 'Nothing.',
  },
};

export const STATUSES = Object.keys(STATUS_TEXTS) as readonly DriftStatus[];

/** Statuses that ask for nothing. */
const SETTLED: readonly DriftStatus[] = ['foreign', 'in_sync'];

/** Whether an image differs from Harbor, or may. */
export function isDrifted({ status }: DriftRow): boolean {
  return !SETTLED.includes(status);
}

/** Rows with the same status that are running, or are not. */
export interface StatusGroup {
  readonly status: DriftStatus;
  readonly running: boolean;
  readonly rows: readonly DriftRow[];
}

/** Running images first, then by status; images that have not drifted come last. */
export function byUrgency(rows: readonly DriftRow[]): readonly DriftRow[] {
  return rows.toSorted(
    (a, b) =>
      Number(isDrifted(b)) - Number(isDrifted(a)) ||
      Number(b.running) - Number(a.running) ||
      STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status),
  );
}

/** Groups rows in the order of `byUrgency`. */
export function statusGroups(rows: readonly DriftRow[]): readonly StatusGroup[] {
  const groups = new Map<string, StatusGroup & { readonly rows: DriftRow[] }>();
  for (const row of rows) {
    const { status, running } = row;
    const key = `${status} ${running}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { status, running, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}
