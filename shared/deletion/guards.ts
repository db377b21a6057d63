/** What prevents a deletion: our own guards, and what Harbor will refuse. */
import type { Blocker } from './deletion-answer.ts';
import type { DeletionCase } from './deletion-case.ts';
import { harborsBlockers, immutableTagsAmong, listed } from './harbor-rules.ts';

/**
 * What prevents a deletion, the weightiest first: the caller's own condition, our guards (none with
 * `force`), and what Harbor would refuse, which nothing overrides.
 */
export function deletionBlockers(deletion: DeletionCase): readonly Blocker[] {
  const harbors = harborsBlockers(deletion);
  const guards = deletion.options.force
    ? []
    : guardsBlockers(deletion, { forcible: harbors.length === 0 });
  return [...movedBlockers(deletion), ...guards, ...harbors];
}

/** `force` does not override these. */
function movedBlockers({ artifact, reference, options: { ifMatch } }: DeletionCase): Blocker[] {
  if (ifMatch !== null && !ifMatch.includes(artifact.digest)) {
    return [
      {
        code: 'reference_moved',
        detail: `It is now ${artifact.digest}, not what If-Match names; look at it again before deleting it.`,
      },
    ];
  }
  if (reference.kind === 'tag' && !artifact.tags.includes(reference.tag)) {
    return [
      {
        code: 'reference_moved',
        detail: `The tag ${reference.tag} was ${artifact.digest} a moment ago and is not any more; look at it again before deleting it.`,
      },
    ];
  }
  return [];
}

/** @param forcible whether `force` would be all that it takes: else nothing advises it */
function guardsBlockers(
  { artifact, reference, usage, options: { tag_only: tagOnly } }: DeletionCase,
  { forcible }: { readonly forcible: boolean },
): Blocker[] {
  const guards: Blocker[] = [];
  if (reference.kind === 'tag' && !tagOnly && artifact.tags.length > 1) {
    const others = artifact.tags.filter((tag) => tag !== reference.tag);
    const isRemovable = immutableTagsAmong(artifact, [reference.tag]).length === 0;
    guards.push({
      code: 'other_tags',
      detail: withRemedies(`The artifact also has ${listed(others)}, which would go with it.`, [
        isRemovable && 'use tag_only=true to remove just this tag',
        forcible && 'name the digest to delete all',
        forcible && 'use force=true',
      ]),
    });
  }
  // A tag that is not the last one leaves the artifact, and so its users, untouched.
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
        'solve that and try again',
        forcible && 'use force=true',
        'set delete_config.delete_guard to off',
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
