/** The candidates of a plan, summed by repository, for the treemap and its table. */
import type { Candidate } from '../../domain/cleanup/cleanup-answer.ts';
import { compareTexts } from '../../values/compare-texts.ts';

/** More would not be legible. */
const MAX_NAMED = 40;

export interface RepositorySum {
  readonly project: string;
  /** The repository; null: several that are not named. */
  readonly repository: string | null;
  readonly count: number;
  readonly bytes: number;
}

/** The largest repositories first, and the others of all projects as one sum. */
export function sumsByRepository(candidates: readonly Candidate[]): readonly RepositorySum[] {
  const sums = new Map<string, RepositorySum>();
  for (const { project, repository, size_bytes } of candidates) {
    const key = `${project}/${repository}`;
    const { count, bytes } = sums.get(key) ?? { count: 0, bytes: 0 };
    sums.set(key, { project, repository, count: count + 1, bytes: bytes + size_bytes });
  }
  const sorted = [...sums.values()].toSorted(
    (a, b) =>
      b.bytes - a.bytes ||
      compareTexts(a.project, b.project) ||
      compareTexts(a.repository ?? '', b.repository ?? ''),
  );
  if (sorted.length <= MAX_NAMED) return sorted;
  const others = sorted.slice(MAX_NAMED);
  const sum = (of: (one: RepositorySum) => number) => others.reduce((all, one) => all + of(one), 0);
  return [
    ...sorted.slice(0, MAX_NAMED),
    {
      project: `${others.length} other repositories`,
      repository: null,
      count: sum(({ count }) => count),
      bytes: sum(({ bytes }) => bytes),
    },
  ];
}
