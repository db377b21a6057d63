/** Unknown keys of a config.json. Only the code that reads files uses this module. */

import { distance } from 'fastest-levenshtein';
import { escaped } from '../escaped.ts';
import { isRecord } from '../is-record.ts';
import type { ConfigurationKey } from './keys.ts';

/** An unknown key. */
export interface UnknownKey {
  /** The section that it is in, or probably belongs to. */
  readonly section: string;
  /** For the operator. */
  readonly text: string;
}

/**
 * The unknown keys, with the nearest known name, or else with the names that stand beside it.
 * @param file the content of config.json, with old names replaced
 * @param all every key, of other programs too
 * @param used the sections that the command uses; the others are not checked; by default all
 */
export function unknownKeys(
  file: unknown,
  all: readonly ConfigurationKey[],
  used?: readonly string[],
): readonly UnknownKey[] {
  if (!isRecord(file)) return [];
  const sections = new Set(all.map(({ section }) => section));
  sections.delete('');
  const inside = [...sections].flatMap((section) => {
    const given = file[section];
    return isRecord(given) && used?.includes(section) !== false
      ? unknownIn(section, Object.keys(given), { all, sections: [] })
      : [];
  });
  return [...unknownIn('', Object.keys(file), { all, sections: [...sections] }), ...inside];
}

/** @param names every key, and the names that `section` (`''`: the top level) has in addition to its keys */
function unknownIn(
  section: string,
  given: readonly string[],
  {
    all,
    sections,
  }: { readonly all: readonly ConfigurationKey[]; readonly sections: readonly string[] },
): readonly UnknownKey[] {
  const own = all.filter((one) => one.section === section);
  const inPlace = new Set([...sections, ...own.map(({ key }) => key)]);
  // Keys of the same section come first, so that they win over equally near ones of other sections.
  const known = [...own, ...all];
  return given.flatMap((key) => {
    if (inPlace.has(key)) return [];
    const nearest = nearestName(key, [...sections, ...known.map((one) => one.key)]);
    const home = known.find((one) => one.key === nearest)?.section;
    const hint = nearest
      ? `; did you mean ${home ? `${home}.` : ''}${nearest}?`
      : `; the keys of ${section || 'the file'} are ${[...inPlace].join(', ')}`;
    const isSection = nearest !== null && sections.includes(nearest);
    return {
      section: section || (isSection ? nearest : (home ?? '')),
      text: `${section && `${section}.`}${escaped(key)}: unknown key${hint}`,
    };
  });
}

/**
 * The candidate with the fewest single-character edits from `name`; null if that is more than two, and
 * more than a third of the name. The first of equals wins.
 */
function nearestName(name: string, candidates: readonly string[]): string | null {
  const most = Math.max(2, Math.floor(name.length / 3));
  const distances = candidates.map((candidate) => distance(name, candidate));
  const least = Math.min(...distances);
  return least > most ? null : (candidates[distances.indexOf(least)] ?? null);
}
