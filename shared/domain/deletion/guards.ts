/** Our guards of a deletion, and all that prevents one (Harbor's rules: harbor-rules.ts; a cleanup's: planned-artifact.ts). */
import { tagList } from '../../values/first-names.ts';
import type { Blocker } from './deletion-answer.ts';
import type { DeletionCase } from './harbor-rules.ts';
import { harborBlockers, immutableTagsAmong } from './harbor-rules.ts';

/**
 * What prevents a deletion, the most important first: the caller's own condition, our guards (none with
 * `force`), and what Harbor would refuse, which nothing overrides.
 */
export function deletionBlockers(deletion: DeletionCase): readonly Blocker[] {
  const ofHarbor = harborBlockers(deletion);
  const forcible = ofHarbor.length === 0 && !deletion.isCleanup;
  const guards = deletion.options.force ? [] : guardBlockers(deletion, { forcible });
  return [...movedBlockers(deletion), ...guards, ...ofHarbor];
}

/** The codes of the guards that `force` overrides; none without it. */
export function overriddenGuards(deletion: DeletionCase): readonly string[] {
  if (!deletion.options.force) return [];
  return guardBlockers(deletion, { forcible: true }).map(({ code }) => code);
}

/** `force` does not override these. */
function movedBlockers(deletion: DeletionCase): Blocker[] {
  const { artifact, reference, changed, options } = deletion;
  const { ifMatch } = options;
  const isOther = changed?.includes('digest') || ifMatch?.includes(artifact.digest) === false;
  if (isOther) {
    return [
      {
        code: 'reference_moved',
        detail: `The digest is now ${artifact.digest}, not the one in If-Match. Check the artifact again before you delete it.`,
      },
    ];
  }
  if (reference.kind === 'tag' && !artifact.tags.includes(reference.tag)) {
    return [
      {
        code: 'reference_moved',
        detail: `The tag ${reference.tag} no longer refers to ${artifact.digest}. Check the artifact again before you delete it.`,
      },
    ];
  }
  if (changed === null) return [];
  const what = changed.length === 0 ? '' : `: its members (${changed.join(', ')}) have changed`;
  const detail = `The plan in If-Match is out of date${what}. Get the plan again, and check it before you delete the artifact.`;
  return [{ code: 'plan_changed', detail }];
}

/** @param forcible whether `force` alone would be enough. Otherwise no detail advises it */
function guardBlockers(
  { artifact, reference, usage, isCleanup, options: { tag_only: tagOnly } }: DeletionCase,
  { forcible }: { readonly forcible: boolean },
): Blocker[] {
  const guards: Blocker[] = [];
  if (reference.kind === 'tag' && !tagOnly && artifact.tags.length > 1) {
    const others = artifact.tags.filter((tag) => tag !== reference.tag);
    const isRemovable = immutableTagsAmong(artifact, [reference.tag]).length === 0;
    guards.push({
      code: 'other_tags',
      detail: withRemedies(`The delete would also remove ${tagList(others)}.`, [
        isRemovable && 'use tag_only=true to remove only this tag',
        forcible && 'name the digest to delete all',
        forcible && 'use force=true',
      ]),
    });
  }
  // If a tag is not the last one, the artifact remains, and its users are not affected.
  if (tagOnly && artifact.tags.length > 1) return guards;
  if (usage.usage === 'in_use') {
    guards.push({
      code: 'in_use',
      detail: withRemedies(usage.detail, [
        'stop and remove what uses it first',
        forcible && 'use force=true',
      ]),
    });
  }
  if (usage.usage === 'unknown') {
    guards.push({
      code: 'usage_unknown',
      detail: withRemedies(usage.detail, [
        'fix that and try again',
        forcible && 'use force=true',
        !isCleanup && 'set delete_config.delete_guard to off',
      ]),
    });
  }
  return guards;
}

/** `What. Do this, do that, or the other.` */
function withRemedies(what: string, offered: readonly (string | false)[]): string {
  const remedies = offered.filter((remedy) => remedy !== false);
  const last = remedies.at(-1);
  if (last === undefined) return what;
  const text = remedies.length === 1 ? last : `${remedies.slice(0, -1).join(', ')}, or ${last}`;
  return `${what} ${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
